import { describe, expect, it } from 'vitest';
import { HTTP_LIMITS } from '../../edge/limits.ts';
import { useServer } from '../../../../test/support/http.ts';

describe('POST /v1/admin/catalogue answers 413', () => {
  const server = useServer();

  it('to more than 20 MB, although buyers may send less', async () => {
    const load = {
      method: 'POST',
      url: '/v1/admin/catalogue',
      account: 'boss',
      scopes: 'rowlock:admin',
    } as const;
    const padding = (bytes: number): unknown => ({ padding: 'x'.repeat(bytes) });
    const small = await server.call({ ...load, body: padding(HTTP_LIMITS.bodyLimitBytes + 1) });
    expect(small.status).toBe(400);
    const huge = await server.call({ ...load, body: padding(HTTP_LIMITS.importLimitBytes) });
    expect(huge.body).toMatchObject({ status: 413, outcome: 'invalid_request' });
  });
});
