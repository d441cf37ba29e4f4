import { describe, expect, it } from 'vitest';
import { OPERATOR, useServer } from '../../../../test/support/http.ts';

describe('DELETE /v1/admin/accounts/:accountId/profile answers 204', () => {
  const server = useServer();
  const url = '/v1/admin/accounts/anna/profile';

  it('whether or not something was kept, and the log has who erased it', async () => {
    await server.database.sql(
      `insert into profile (account_id, name, name_key, updated_at) values ('anna', 'Anna', 'anna', clock_timestamp())`,
    );
    const admin = { ...OPERATOR, scopes: 'rowlock:admin' };
    for (const _ of [1, 2]) expect((await server.call({ method: 'DELETE', url, ...admin })).status).toBe(204);
    expect((await server.call({ method: 'GET', url, ...OPERATOR })).status).toBe(404);
    const log = await server.call({ method: 'GET', url: '/v1/admin/actions', ...OPERATOR });
    expect(log.body['actions']).toMatchObject([
      {
        action: 'profile_erased',
        actor: OPERATOR.account,
        accountId: 'anna',
        requestId: expect.any(String) as string,
      },
    ]);
    expect(JSON.stringify(log.body)).not.toContain('Anna');
  });
});
