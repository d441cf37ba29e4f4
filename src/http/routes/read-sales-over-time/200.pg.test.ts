import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { buyOverHttp, holdOverHttp, OPERATOR, useServer } from '../../../../test/support/http.ts';

interface Series {
  readonly points: readonly {
    readonly at: string;
    readonly seats: number;
    readonly payments: number;
    readonly refunds: number;
    readonly revenue: number;
  }[];
}

describe('GET /v1/admin/performances/:performanceId/sales-over-time answers 200', () => {
  const server = useServer();

  async function read(performanceId: string, query = ''): Promise<Series> {
    const url = `/v1/admin/performances/${performanceId}/sales-over-time${query}`;
    const answer = await server.call({ method: 'GET', url, ...OPERATOR });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ performanceId, at: expect.stringMatching(/Z$/) });
    return answer.body as unknown as Series;
  }

  it('with running totals of payments and refunds', async () => {
    const performanceId = await plantPerformance(server.database, { price: 700 });
    await buyOverHttp(server, performanceId, 'anna', ['A-1-1', 'A-1-2', 'A-1-3']);
    const refunded = await buyOverHttp(server, performanceId, 'dora', ['A-1-7']);
    await server.call({ method: 'POST', url: `${refunded}/refund`, account: 'dora', key: true });
    await holdOverHttp(server, performanceId, 'ben', ['A-1-4']);
    await buyOverHttp(server, await plantPerformance(server.database), 'anna', ['A-1-5']);
    const { points } = await read(performanceId, '?points=2000');
    expect(points.map(({ at: _at, ...totals }) => totals)).toEqual([
      { seats: 3, payments: 2_100, refunds: 0, revenue: 2_100 },
      { seats: 4, payments: 2_800, refunds: 0, revenue: 2_800 },
      { seats: 3, payments: 2_800, refunds: 700, revenue: 2_100 },
    ]);
    expect(points.map(({ at }) => at)).toEqual(points.map(({ at }) => at).toSorted());
  });

  it('with at most the requested points, the last with all', async () => {
    const performanceId = await plantPerformance(server.database, { price: 500, seatLimit: null });
    for (let seat = 1; seat <= 5; seat += 1) await buyOverHttp(server, performanceId, 'eve', [`A-1-${seat}`]);
    const whole = { seats: 5, payments: 2_500, refunds: 0, revenue: 2_500 };
    for (const asked of [1, 2, 3]) {
      const { points } = await read(performanceId, `?points=${asked}`);
      expect(points.length).toBeLessThanOrEqual(asked);
      expect(points.at(-1)).toMatchObject(whole);
    }
    const { points } = await read(performanceId);
    expect(points.length).toBeGreaterThan(3);
    expect(points.at(-1)).toMatchObject(whole);
  });

  it('with no point when nothing is sold', async () => {
    expect((await read(await plantPerformance(server.database))).points).toEqual([]);
  });
});
