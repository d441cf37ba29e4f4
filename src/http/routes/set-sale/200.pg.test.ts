import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { holdOverHttp, OPERATOR, topUpOverHttp, useServer } from '../../../../test/support/http.ts';

describe('POST /v1/admin/performances/:performanceId/sale answers 200', () => {
  const server = useServer();

  it('and sets the sale; existing holds stay payable', async () => {
    const performanceId = await plantPerformance(server.database);
    await topUpOverHttp(server, 'anna', 50_000);
    const held = await holdOverHttp(server, performanceId, 'anna', ['A-1-1']);
    const url = `/v1/admin/performances/${performanceId}/sale`;
    for (const [state, sale] of [
      ['paused', 'paused'],
      ['closed', 'ended'],
      ['open', 'open'],
      ['closed', 'ended'],
    ]) {
      const answer = await server.call({ method: 'POST', url, ...OPERATOR, body: { state } });
      expect(answer.status).toBe(200);
      expect(answer.body).toMatchObject({ id: performanceId, saleState: state, sale });
    }
    const hold = { method: 'POST', url: held.replace(/\/[^/]+$/, ''), account: 'ben', key: true } as const;
    expect((await server.call({ ...hold, body: { seats: ['A-1-2'] } })).status).toBe(409);
    const paid = await server.call({ method: 'POST', url: `${held}/payment`, account: 'anna', key: true });
    expect(paid.status).toBe(201);
  });
});
