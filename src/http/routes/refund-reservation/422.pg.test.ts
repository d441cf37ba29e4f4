import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { topUpOverHttp, holdOverHttp, useServer } from '../../../../test/support/http.ts';

describe('POST /v1/performances/:performanceId/reservations/:reservationId/refund answers 422', () => {
  const server = useServer();

  it('idempotency_key_reused to the key of the payment', async () => {
    await topUpOverHttp(server, 'anna', 50_000);
    const url = await holdOverHttp(server, await plantPerformance(server.database), 'anna', ['A-1-1']);
    await server.call({ method: 'POST', url: `${url}/payment`, account: 'anna', key: 'once' });
    const answer = await server.call({ method: 'POST', url: `${url}/refund`, account: 'anna', key: 'once' });
    expect(answer.body).toMatchObject({ status: 422, outcome: 'idempotency_key_reused' });
  });
});
