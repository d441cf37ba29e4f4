import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { topUpOverHttp, holdOverHttp, useServer } from '../../../../test/support/http.ts';

describe('POST /v1/performances/:performanceId/reservations/:reservationId/payment answers 422', () => {
  const server = useServer();

  it('idempotency_key_reused to the key of another payment', async () => {
    const performanceId = await plantPerformance(server.database);
    await topUpOverHttp(server, 'anna', 100_000);
    const first = await holdOverHttp(server, performanceId, 'anna', ['A-1-1']);
    const second = await holdOverHttp(server, performanceId, 'anna', ['A-1-2']);
    const pay = { method: 'POST', account: 'anna', key: 'once' } as const;
    expect((await server.call({ ...pay, url: `${first}/payment` })).status).toBe(201);
    const answer = await server.call({ ...pay, url: `${second}/payment` });
    expect(answer.body).toMatchObject({ status: 422, outcome: 'idempotency_key_reused' });
  });
});
