import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { holdOverHttp, OPERATOR, topUpOverHttp, useServer } from '../../../../test/support/http.ts';

describe('POST /v1/admin/performances/:performanceId/reservations/:reservationId/refund answers 422', () => {
  const server = useServer();

  it("idempotency_key_reused to the key of the account's payment, which stays", async () => {
    await topUpOverHttp(server, 'anna', 50_000);
    const path = await holdOverHttp(server, await plantPerformance(server.database), 'anna', ['A-1-1']);
    await server.call({ method: 'POST', url: `${path}/payment`, account: 'anna', key: 'once' });
    const url = `${path.replace('/v1', '/v1/admin')}/refund`;
    const answer = await server.call({ method: 'POST', url, ...OPERATOR, key: 'once' });
    expect(answer.body).toMatchObject({ status: 422, outcome: 'idempotency_key_reused' });
    const read = await server.call({ method: 'GET', url: path, account: 'anna' });
    expect(read.body).toMatchObject({ state: 'confirmed' });
  });
});
