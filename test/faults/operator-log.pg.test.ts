/**
 * The connection of an operator's request is killed within the transaction: after everything is written, or at its COMMIT. Either
 * the write and its row of the operator log are both there, or neither is; the request sent again does both, once.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { plantPerformance } from '../support/catalogue.ts';
import { catalogueDocument } from '../support/catalogue-documents.ts';
import type { Call } from '../support/http.ts';
import { buyOverHttp, holdOverHttp, OPERATOR, topUpOverHttp, useServer } from '../support/http.ts';

interface Case {
  readonly action: string;
  /** Makes what the action needs; the request that acts, and a query that finds how often it took effect. */
  readonly prepare: () => Promise<{
    readonly call: Partial<Call> & { readonly url: string };
    readonly effect: string;
  }>;
}

describe.each([
  // Before COMMIT is sent, but after the rows are written.
  [
    'before COMMIT',
    'create trigger killer after insert on operator_action for each row execute function kill()',
  ],
  // COMMIT has been sent, so that the service must find out what became of it.
  [
    'at COMMIT',
    'create constraint trigger killer after insert on operator_action deferrable initially deferred for each row execute function kill()',
  ],
])('an operator’s connection that dies %s', (_when, trigger) => {
  const server = useServer();
  beforeAll(async () => {
    await server.database.sql(`create function kill() returns trigger language plpgsql as $$
      begin
        perform pg_terminate_backend(pg_backend_pid());
        perform pg_sleep(5);
        return null;
      end $$`);
  });

  const admin = (path: string): string => path.replace('/v1', '/v1/admin');
  const count = async (query: string): Promise<number> => {
    const [row] = await server.database.sql<{ count: string }>(`select count(*) as count from ${query}`);
    return Number(row?.count);
  };
  const idOf = (path: string): string => path.split('/').at(-1)!;

  const CASES: readonly Case[] = [
    ...(['paused', 'closed'] as const).map((state): Case => ({
      action: `sale_${state}`,
      prepare: async () => {
        const id = await plantPerformance(server.database);
        return {
          call: { url: `/v1/admin/performances/${id}/sale`, body: { state } },
          effect: `performance where performance_id = '${id}' and sale_state = '${state}'`,
        };
      },
    })),
    {
      action: 'reservation_refunded',
      prepare: async () => {
        const path = await buyOverHttp(server, await plantPerformance(server.database), 'anna', ['A-1-1']);
        return {
          call: { url: `${admin(path)}/refund`, key: 'refund' },
          effect: `ledger_entry where reservation_id = '${idOf(path)}' and kind = 'refund'`,
        };
      },
    },
    {
      action: 'hold_released',
      prepare: async () => {
        const path = await holdOverHttp(server, await plantPerformance(server.database), 'ben', ['A-1-1']);
        return {
          call: { url: `${admin(path)}/release` },
          effect: `reservation where reservation_id = '${idOf(path)}' and state = 'released'`,
        };
      },
    },
    {
      action: 'performance_cancelled',
      prepare: async () => {
        const id = await plantPerformance(server.database);
        return {
          call: { url: `/v1/admin/performances/${id}/cancellation` },
          effect: `cancellation where performance_id = '${id}'`,
        };
      },
    },
    {
      action: 'top_up_reversed',
      prepare: async () => {
        await topUpOverHttp(server, 'cleo', 700);
        return {
          call: {
            url: '/v1/wallet/reversals',
            scopes: 'rowlock:reverse',
            key: 'reversal',
            body: { accountId: 'cleo', topUp: 1 },
          },
          effect: `ledger_entry where account_id = 'cleo' and kind = 'reversal'`,
        };
      },
    },
    {
      action: 'catalogue_imported',
      prepare: async () => ({
        call: { url: '/v1/admin/catalogue', body: catalogueDocument('spring') },
        effect: `concert where concert_id = 'spring-concert'`,
      }),
    },
    {
      action: 'concert_hidden',
      prepare: async () => ({
        call: { url: '/v1/admin/concerts/spring-concert/visibility', body: { hidden: true } },
        effect: `concert where concert_id = 'spring-concert' and hidden`,
      }),
    },
  ];

  it.each(CASES)('leaves both or neither: $action', async ({ action, prepare }) => {
    const { call, effect } = await prepare();
    const sent = { method: 'POST', ...OPERATOR, ...call } as const;
    const noted = `operator_action where action = '${action}'`;
    await server.database.sql(trigger);
    const killed = await server.call(sent);
    await server.database.sql('drop trigger killer on operator_action');
    expect(killed.status).toBe(503);
    expect(await count(effect)).toBe(0);
    expect(await count(noted)).toBe(0);
    // Without the fault, both are there; again, nothing more is.
    expect((await server.call(sent)).status).toBeLessThan(300);
    expect(await count(effect)).toBe(1);
    expect(await count(noted)).toBe(1);
  });
});
