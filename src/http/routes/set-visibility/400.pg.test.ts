import { describe, expect, it } from 'vitest';
import { OPERATOR, useServer } from '../../../../test/support/http.ts';

describe('POST /v1/admin/concerts/:concertId/visibility answers 400', () => {
  const server = useServer();

  it.each([[{}], [{ hidden: 'yes' }], [{ hidden: null }], [{ hidden: true, until: 'x' }]])(
    'to %j',
    async (body) => {
      const answer = await server.call({
        method: 'POST',
        url: '/v1/admin/concerts/x/visibility',
        ...OPERATOR,
        body,
      });
      expect(answer.body).toMatchObject({ status: 400, outcome: 'invalid_request' });
    },
  );
});
