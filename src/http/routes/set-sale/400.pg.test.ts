import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { OPERATOR, useServer } from '../../../../test/support/http.ts';

describe('POST /v1/admin/performances/:performanceId/sale answers 400', () => {
  const server = useServer();

  it.each([[{ state: 'ended' }], [{ state: 5 }], [{}], [{ state: 'open', until: 'x' }]])(
    'to %j',
    async (body) => {
      const url = `/v1/admin/performances/${await plantPerformance(server.database)}/sale`;
      const answer = await server.call({ method: 'POST', url, ...OPERATOR, body });
      expect(answer.body).toMatchObject({ status: 400, outcome: 'invalid_request' });
    },
  );
});
