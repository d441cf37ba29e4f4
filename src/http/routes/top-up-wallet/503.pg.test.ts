import { describe, expect, it } from 'vitest';
import { useServer } from '../../../../test/support/http.ts';

describe('POST /v1/wallet/top-ups answers 503', () => {
  const server = useServer({
    pool: { poolSize: 1, acquireTimeoutMs: 100, lockTimeoutMs: 50, waitersMax: 2 },
  });
  const topUp = {
    method: 'POST',
    url: '/v1/wallet/top-ups',
    account: 'anna',
    scopes: 'rowlock:top-up',
    key: true,
    body: { amount: 100 },
  } as const;

  it('contended while another transaction has locked the wallet, without revealing internals', async () => {
    await server.database.sql(`insert into wallet (account_id) values ('anna')`);
    // The pool has its connection before the short wait for one is tried.
    await server.call({ method: 'GET', url: '/v1/wallet', account: 'anna' });
    const client = await server.database.pool.connect();
    try {
      await client.query('begin');
      await client.query(`select 1 from wallet where account_id = 'anna' for update`);
      const answer = await server.call(topUp);
      expect(answer.status).toBe(503);
      expect(answer.body).toMatchObject({ outcome: 'contended', retry: 'same' });
      expect(answer.headers['retry-after']).toBe('1');
      expect(answer.text).not.toMatch(/55P03|lock|pool/);
    } finally {
      await client.query('rollback');
      client.release();
    }
  });

  it('overloaded when too many wait already', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => server.call(topUp)));
    const outcomes = new Set(answers.map(({ body }) => body['outcome']));
    expect(outcomes).toContain('overloaded');
    const refused = answers.filter(({ status }) => status === 503);
    expect(refused.every(({ headers }) => Number(headers['retry-after']) >= 1)).toBe(true);
  });
});
