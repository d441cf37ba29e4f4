import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import type { Answer } from '../../../../test/support/http.ts';
import { buyOverHttp, holdOverHttp, OPERATOR, useServer } from '../../../../test/support/http.ts';

describe('POST /v1/admin/performances/:performanceId/reservations/:reservationId/refund answers 409', () => {
  const server = useServer();

  it('reservation_not_refundable to a hold', async () => {
    const path = await holdOverHttp(server, await plantPerformance(server.database), 'anna', ['A-1-1']);
    const url = `${path.replace('/v1', '/v1/admin')}/refund`;
    const answer = await server.call({ method: 'POST', url, ...OPERATOR, key: true });
    expect(answer.body).toMatchObject({
      status: 409,
      outcome: 'reservation_not_refundable',
      state: 'held',
      reason: 'state',
    });
  });

  it('reservation_not_refundable to seats that are refunded, with a key that named others', async () => {
    const performanceId = await plantPerformance(server.database);
    const path = await buyOverHttp(server, performanceId, 'anna', ['A-1-1', 'A-1-2']);
    const url = `${path.replace('/v1', '/v1/admin')}/refund`;
    const refund = (key: string, ...seats: string[]): Promise<Answer> =>
      server.call({ method: 'POST', url, ...OPERATOR, key, body: { seats } });
    expect((await refund('one', 'A-1-1')).status).toBe(201);
    expect((await refund('two', 'A-1-1', 'A-1-2')).body).toMatchObject({
      status: 409,
      outcome: 'reservation_not_refundable',
      detail: 'Already refunded: A-1-1.',
      state: 'confirmed',
      reason: 'seats',
      seats: ['A-1-1'],
    });
    expect((await refund('one', 'A-1-2')).body).toMatchObject({ outcome: 'idempotency_key_reused' });
  });
});
