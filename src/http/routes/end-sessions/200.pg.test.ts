import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../../test/support/http.ts';
import { OPERATOR, useServer } from '../../../../test/support/http.ts';

describe('DELETE /v1/admin/accounts/:accountId/sessions answers 200', () => {
  const server = useServer();
  const end = (): Promise<Answer> =>
    server.call({
      method: 'DELETE',
      url: '/v1/admin/accounts/anna/sessions',
      ...OPERATOR,
      scopes: 'rowlock:box-office',
    });

  it('with how many have ended, and the log has who asked', async () => {
    await server.database.sql(
      `insert into session (session_key, account_id, scopes, created_at, last_used_at, idle_ends_at, ends_at)
       select sha256(i::text::bytea), 'anna', '{}', now.at, now.at, now.at + interval '1 hour', now.at + interval '1 day'
       from generate_series(1, 2) as i, (select clock_timestamp() as at) as now`,
    );
    expect((await end()).body).toEqual({ sessions: 2 });
    expect((await end()).body).toEqual({ sessions: 0 });
    const log = await server.call({ method: 'GET', url: '/v1/admin/actions', ...OPERATOR });
    expect(log.body['actions']).toMatchObject([
      {
        action: 'sessions_ended',
        actor: OPERATOR.account,
        accountId: 'anna',
        details: { sessions: 2 },
        requestId: expect.any(String) as string,
      },
    ]);
  });
});
