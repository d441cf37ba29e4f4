import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { holdOverHttp, useServer } from '../../../../test/support/http.ts';

describe('POST /v1/performances/:performanceId/reservations/:reservationId/payment answers 400', () => {
  const server = useServer();

  it('to a body with an amount: the reservation has the amount', async () => {
    const url = await holdOverHttp(server, await plantPerformance(server.database), 'anna', ['A-1-1']);
    const answer = await server.call({
      method: 'POST',
      url: `${url}/payment`,
      account: 'anna',
      key: true,
      body: { amount: 1 },
    });
    expect(answer.body).toMatchObject({ status: 400, errors: [{ path: 'body/amount', rule: 'is unknown' }] });
  });
});
