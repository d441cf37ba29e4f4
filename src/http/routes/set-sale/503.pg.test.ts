import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { startFaultyProxy } from '../../../../test/support/faulty-proxy.ts';
import type { CommitFault } from '../../../../test/support/faulty-proxy.ts';
import { useDatabase } from '../../../../test/support/database.ts';
import { createBoxOffice } from '../../../box-office/box-office.ts';
import { createServer } from '../../server.ts';
import { TEST_SECRET, tokenOf } from '../../../../test/support/http.ts';

describe('POST /v1/admin/performances/:performanceId/sale answers 503', () => {
  const database = useDatabase();

  async function stateOf(performanceId: string): Promise<string> {
    const [row] = await database.sql<{ sale_state: string }>(
      `select sale_state::text from performance where performance_id = $1`,
      [performanceId],
    );
    return row!.sale_state;
  }

  it.each<[CommitFault, 'server unreachable' | undefined, number, string, string]>([
    ['lose the answer', undefined, 200, 'paused', 'paused'],
    ['lose the request', undefined, 503, 'contended', 'open'],
    ['lose the answer', 'server unreachable', 503, 'outcome_unknown', 'paused'],
  ])('when the COMMIT meets "%s", then %s', async (fault, after, status, answered, stored) => {
    const performanceId = await plantPerformance(database);
    const proxy = await startFaultyProxy(database.url);
    const boxOffice = await createBoxOffice({
      databaseUrl: proxy.url,
      migrate: false,
      sweepIntervalMs: 0,
      database: { poolSize: 1, acquireTimeoutMs: 500 },
    });
    const app = await createServer({ boxOffice, auth: { secret: TEST_SECRET } });
    try {
      proxy.failNextCommit(fault, after);
      const answer = await app.inject({
        method: 'POST',
        url: `/v1/admin/performances/${performanceId}/sale`,
        headers: { authorization: `Bearer ${await tokenOf('boss', { scope: 'rowlock:admin' })}` },
        payload: { state: 'paused' },
      });
      const body = answer.json<Record<string, unknown>>();
      expect([answer.statusCode, body['outcome'] ?? body['saleState']]).toEqual([status, answered]);
      expect(await stateOf(performanceId)).toBe(stored);
    } finally {
      await proxy.close();
      await app.close();
      await boxOffice.close();
    }
  });
});
