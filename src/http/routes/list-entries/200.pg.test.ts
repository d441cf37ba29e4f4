import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { buyOverHttp, topUpOverHttp, useServer } from '../../../../test/support/http.ts';

describe('GET /v1/wallet/entries answers 200', () => {
  const server = useServer();

  it('with the ledger, newest first, page by page', async () => {
    const performanceId = await plantPerformance(server.database, { price: 700 });
    await topUpOverHttp(server, 'anna', 300);
    const url = await buyOverHttp(server, performanceId, 'anna', ['A-1-1']);
    await server.call({ method: 'POST', url: `${url}/refund`, account: 'anna', key: true });
    await topUpOverHttp(server, 'ben', 5);
    const reservationId = url.split('/').at(-1);
    const page = async (query: string): Promise<unknown> =>
      (await server.call({ method: 'GET', url: `/v1/wallet/entries${query}`, account: 'anna' })).body;
    const createdAt = expect.stringMatching(/Z$/);
    const topUp = { kind: 'top_up', performanceId: null, reservationId: null, createdAt };
    const entries = [
      { seq: 4, kind: 'refund', amount: 700, balanceAfter: 1_000, performanceId, reservationId, createdAt },
      { seq: 3, kind: 'payment', amount: -700, balanceAfter: 300, performanceId, reservationId, createdAt },
      { ...topUp, seq: 2, amount: 700, balanceAfter: 1_000 },
      { ...topUp, seq: 1, amount: 300, balanceAfter: 300 },
    ];
    expect(await page('')).toEqual({ entries, next: null });
    expect(await page('?limit=3')).toEqual({ entries: entries.slice(0, 3), next: 2 });
    expect(await page('?limit=3&before=2')).toEqual({ entries: entries.slice(3), next: null });
  });
});
