import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { catalogueDocument } from '../../../../test/support/catalogue-documents.ts';
import type { Answer, Call } from '../../../../test/support/http.ts';
import {
  buyOverHttp,
  holdOverHttp,
  OPERATOR,
  topUpOverHttp,
  useServer,
} from '../../../../test/support/http.ts';

interface Listed {
  readonly id: number;
  readonly action: string;
  readonly [member: string]: unknown;
}

describe('GET /v1/admin/actions answers 200', () => {
  const server = useServer();

  const list = async (query = '', call: Partial<Call> = {}): Promise<Answer> =>
    server.call({ method: 'GET', url: `/v1/admin/actions${query}`, ...OPERATOR, ...call });
  const actionsIn = ({ body }: Answer): readonly Listed[] => body['actions'] as readonly Listed[];
  const post = async (url: string, more: Partial<Call> = {}): Promise<string> => {
    const { status, headers } = await server.call({ method: 'POST', url, ...OPERATOR, ...more });
    expect(status, url).toBeLessThan(300);
    return String(headers['x-request-id']);
  };

  it('with who did what to what, the newest first, and nothing that a buyer did', async () => {
    const performanceId = await plantPerformance(server.database);
    const before = actionsIn(await list()).length;
    const bought = await buyOverHttp(server, performanceId, 'anna', ['A-1-1', 'A-1-2']);
    const held = await holdOverHttp(server, performanceId, 'ben', ['A-1-3']);
    const own = await buyOverHttp(server, performanceId, 'cleo', ['A-1-4']);
    await server.call({ method: 'POST', url: `${own}/refund`, account: 'cleo', key: true });
    const released = await holdOverHttp(server, performanceId, 'cleo', ['A-1-5']);
    await server.call({ method: 'DELETE', url: released, account: 'cleo' });
    const admin = (path: string): string => path.replace('/v1', '/v1/admin');
    const sale = `/v1/admin/performances/${performanceId}/sale`;
    const refund = `${admin(bought)}/refund`;
    const requestIds = [
      await post(sale, { body: { state: 'paused' } }),
      await post(sale, { body: { state: 'open' } }),
      await post(refund, { key: 'one', body: { seats: ['A-1-2'] } }),
      await post(`${admin(held)}/release`, { scopes: `rowlock:box-office@${performanceId}` }),
      await post(`/v1/admin/performances/${performanceId}/cancellation`),
    ];
    // What was done before is not done again.
    await post(refund, { key: 'one', body: { seats: ['A-1-2'] } });
    await post(`${admin(held)}/release`);
    await post(`/v1/admin/performances/${performanceId}/cancellation`);
    const all = actionsIn(await list()).slice(0, actionsIn(await list()).length - before);
    const idOf = (path: string): string | undefined => path.split('/').at(-1);
    const common = { actor: 'boss', performanceId, concertId: null, details: {} };
    const of = { reservationId: null, accountId: null };
    const at = expect.stringMatching(/^\d{4}-.*\dZ$/);
    const expected = [
      { ...common, ...of, action: 'sale_paused' },
      { ...common, ...of, action: 'sale_opened' },
      {
        ...common,
        action: 'reservation_refunded',
        reservationId: idOf(bought),
        accountId: 'anna',
        details: { amount: 50_000, seatNumbers: [2], entry: 3 },
      },
      {
        ...common,
        action: 'hold_released',
        reservationId: idOf(held),
        accountId: 'ben',
        details: { seatNumbers: [3] },
      },
      { ...common, ...of, action: 'performance_cancelled' },
    ].map((action, i) => ({ ...action, at, id: expect.any(Number), requestId: requestIds[i] }));
    expect(all).toEqual(expected.toReversed());
    const ofOne = await list(`?performanceId=${performanceId}`, {
      scopes: `rowlock:finance@${performanceId}`,
    });
    expect(actionsIn(ofOne)).toEqual(all);
  });

  it('with the catalogue’s actions and reversals, which belong to no performance', async () => {
    const document = catalogueDocument('autumn');
    const first = await post('/v1/admin/catalogue', { body: document, scopes: 'rowlock:catalogue' });
    // It changes nothing.
    await post('/v1/admin/catalogue', { body: document });
    await post('/v1/admin/concerts/autumn-concert/visibility', { body: { hidden: true } });
    await post('/v1/admin/concerts/autumn-concert/visibility', { body: { hidden: false } });
    await topUpOverHttp(server, 'dora', 700);
    const reversal = { scopes: 'rowlock:reverse', account: 'backend', body: { accountId: 'dora', topUp: 1 } };
    await post('/v1/wallet/reversals', { ...reversal, key: 'one' });
    await post('/v1/wallet/reversals', { ...reversal, key: 'one' });
    await post('/v1/wallet/reversals', { ...reversal, key: 'two' });
    const found = actionsIn(await list('?limit=4'));
    expect(found).toMatchObject([
      {
        action: 'top_up_reversed',
        actor: 'backend',
        accountId: 'dora',
        details: { amount: 700, topUp: 1, entry: 2 },
      },
      { action: 'concert_listed', concertId: 'autumn-concert' },
      { action: 'concert_hidden', concertId: 'autumn-concert', performanceId: null },
      {
        action: 'catalogue_imported',
        requestId: first,
        details: { named: { count: 1, first: ['autumn-concert'] }, performances: { created: 1 } },
      },
    ]);
  });

  it('page by page', async () => {
    const performanceId = await plantPerformance(server.database);
    const sale = `/v1/admin/performances/${performanceId}/sale`;
    for (const state of ['paused', 'open', 'closed']) await post(sale, { body: { state } });
    for (const query of [`?performanceId=${performanceId}&`, '?']) {
      const newest = await list(`${query}limit=2`);
      expect(actionsIn(newest).map(({ action }) => action)).toEqual(['sale_closed', 'sale_opened']);
      const older = await list(`${query}limit=1&before=${String(newest.body['next'])}`);
      expect(actionsIn(older).map(({ action }) => action)).toEqual(['sale_paused']);
    }
    expect((await list(`?performanceId=${performanceId}&limit=3`)).body['next']).toBe(null);
  });
});
