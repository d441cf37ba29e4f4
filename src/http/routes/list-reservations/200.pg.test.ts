import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { buyOverHttp, holdOverHttp, useServer } from '../../../../test/support/http.ts';

describe('GET /v1/reservations answers 200', () => {
  const server = useServer();

  it('with live holds and purchases of the account alone, page by page', async () => {
    const performanceId = await plantPerformance(server.database, { seatLimit: 10 });
    const idOf = (path: string): string => path.split('/').at(-1)!;
    const bought: string[] = [];
    for (const seat of ['A-1-1', 'A-1-2', 'A-1-3']) {
      bought.push(idOf(await buyOverHttp(server, performanceId, 'anna', [seat])));
    }
    const held = idOf(await holdOverHttp(server, performanceId, 'anna', ['A-1-4']));
    await holdOverHttp(server, performanceId, 'ben', ['A-1-5']);
    const page = async (query: string): Promise<{ ids: string[]; next: unknown }> => {
      const { status, body } = await server.call({
        method: 'GET',
        url: `/v1/reservations${query}`,
        account: 'anna',
      });
      expect(status).toBe(200);
      const ids = (body['reservations'] as { id: string }[]).map(({ id }) => id);
      return { ids, next: body['next'] };
    };
    expect(await page('')).toEqual({ ids: [held, ...bought.toReversed()], next: null });
    const first = await page('?limit=2');
    expect(first).toEqual({ ids: [held, bought[2], bought[1]], next: expect.any(Number) });
    expect(await page(`?limit=2&before=${String(first.next)}`)).toEqual({ ids: [bought[0]], next: null });
  });

  it('with an empty list for an unknown account', async () => {
    const answer = await server.call({ method: 'GET', url: '/v1/reservations', account: 'nobody' });
    expect(answer.body).toEqual({ reservations: [], next: null });
    expect(answer.headers['cache-control']).toBe('no-store');
  });
});
