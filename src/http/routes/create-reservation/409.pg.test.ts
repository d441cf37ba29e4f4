import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import type { Answer } from '../../../../test/support/http.ts';
import { holdOverHttp, useServer } from '../../../../test/support/http.ts';

describe('POST /v1/performances/:performanceId/reservations answers 409', () => {
  const server = useServer();
  const hold = (performanceId: string, account: string, body: unknown): Promise<Answer> =>
    server.call({
      method: 'POST',
      url: `/v1/performances/${performanceId}/reservations`,
      account,
      key: true,
      body,
    });

  it('sales_closed before the sale opens, with its opening time', async () => {
    const opensAt = new Date(Date.now() + 3_600_000);
    const performanceId = await plantPerformance(server.database, { opensAt });
    const answer = await hold(performanceId, 'anna', { seats: ['A-1-1'] });
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({
      outcome: 'sales_closed',
      reason: 'not_yet',
      opensAt: opensAt.toISOString(),
    });
  });

  it('sales_closed while the sale is paused, and after its end', async () => {
    const performanceId = await plantPerformance(server.database);
    await server.database.sql(`update performance set sale_state = 'paused' where performance_id = $1`, [
      performanceId,
    ]);
    const paused = await hold(performanceId, 'anna', { seats: ['A-1-1'] });
    expect(paused.body).toMatchObject({ status: 409, outcome: 'sales_closed', reason: 'paused' });
    await server.database.sql(`update performance set sale_state = 'closed' where performance_id = $1`, [
      performanceId,
    ]);
    const closed = await hold(performanceId, 'anna', { seats: ['A-1-1'] });
    expect(closed.body).toMatchObject({ status: 409, outcome: 'sales_closed', reason: 'ended' });
  });

  it('seat_taken, naming the taken seats', async () => {
    const performanceId = await plantPerformance(server.database);
    await holdOverHttp(server, performanceId, 'anna', ['A-1-2', 'A-1-3']);
    const answer = await hold(performanceId, 'ben', { seats: ['A-1-1', 'A-1-2', 'A-1-3'] });
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({
      outcome: 'seat_taken',
      seats: ['A-1-2', 'A-1-3'],
      detail: 'Taken: A-1-2, A-1-3.',
    });
    const own = await hold(performanceId, 'anna', { seats: ['A-1-2'] });
    expect(own.body).toMatchObject({ outcome: 'seat_taken', seats: ['A-1-2'] });
  });

  it('seats_unavailable when no such adjacent seats are left', async () => {
    const performanceId = await plantPerformance(server.database, { seats: 3 });
    await holdOverHttp(server, performanceId, 'anna', ['A-1-2']);
    const answer = await hold(performanceId, 'ben', { bestAvailable: { grade: 'R', quantity: 2 } });
    expect(answer.body).toMatchObject({ status: 409, outcome: 'seats_unavailable' });
  });

  it('seat_limit_exceeded, with the limit and the claimed seats', async () => {
    const performanceId = await plantPerformance(server.database, { seatLimit: 2 });
    await holdOverHttp(server, performanceId, 'anna', ['A-1-1']);
    const answer = await hold(performanceId, 'anna', { seats: ['A-1-4', 'A-1-5'] });
    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ outcome: 'seat_limit_exceeded', limit: 2, claimed: 1 });
  });
});
