import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { holdOverHttp, OPERATOR, useServer } from '../../../../test/support/http.ts';

describe('GET /v1/admin/performances/:performanceId/seats/:seat answers 404', () => {
  const server = useServer();

  async function missing(performanceId: string, seat: string): Promise<unknown> {
    const url = `/v1/admin/performances/${performanceId}/seats/${seat}`;
    return (await server.call({ method: 'GET', url, ...OPERATOR })).body;
  }

  it('to a free seat, which no reservation has', async () => {
    const performanceId = await plantPerformance(server.database);
    expect(await missing(performanceId, 'A-1-1')).toMatchObject({ status: 404, what: 'reservation' });
  });

  it('to a seat whose hold is over', async () => {
    const performanceId = await plantPerformance(server.database);
    await holdOverHttp(server, performanceId, 'anna', ['A-1-1']);
    await server.database.pool.query(
      `update seat as s set held_until = clock_timestamp() - interval '1 second'
       where s.performance_id = $1 and s.state = 'held'`,
      [performanceId],
    );
    expect(await missing(performanceId, 'A-1-1')).toMatchObject({ status: 404, what: 'reservation' });
  });

  it.each(['Z-9-9', 'A-1', '%00', '%F0%9F%92%BA'])('to %s, which the map does not have', async (seat) => {
    const performanceId = await plantPerformance(server.database);
    const seats = [decodeURIComponent(seat)];
    expect(await missing(performanceId, seat)).toMatchObject({ status: 404, what: 'seat', seats });
  });

  it('to an unknown performance', async () => {
    expect(await missing('nowhere', 'A-1-1')).toMatchObject({ status: 404, what: 'performance' });
  });
});
