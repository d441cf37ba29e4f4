import { describe, expect, it } from 'vitest';
import type { Answer } from '../../../../test/support/http.ts';
import { TEST_SECRET, useServer } from '../../../../test/support/http.ts';

const OWN = 'rowlock:top-up-own';

describe('POST /v1/wallet/top-ups answers 403', () => {
  const server = useServer();

  it("to the scope of development tokens on other services: an issuer's token must not mint money", async () => {
    const answer = await server.call({
      method: 'POST',
      url: '/v1/wallet/top-ups',
      account: 'anna',
      scopes: OWN,
      key: true,
      body: { amount: 1 },
    });
    expect(answer.body).toMatchObject({ status: 403, detail: 'The token needs the scope rowlock:top-up.' });
  });
});

describe("POST /v1/wallet/top-ups with a buyer's development token", () => {
  const server = useServer({ auth: { secret: TEST_SECRET }, development: { embeddedDatabase: true } });
  const topUp = (body: unknown): Promise<Answer> =>
    server.call({ method: 'POST', url: '/v1/wallet/top-ups', account: 'anna', scopes: OWN, key: true, body });

  it('tops up its own wallet, even by name', async () => {
    expect((await topUp({ amount: 10_000_000 })).body).toMatchObject({ accountId: 'anna', seq: 1 });
    expect((await topUp({ amount: 1, accountId: 'anna' })).body).toMatchObject({ accountId: 'anna', seq: 2 });
  });

  it('answers 403 to another account, and 400 to more than its limit', async () => {
    const other = await topUp({ amount: 1, accountId: 'ben', createAccount: true });
    expect(other.body).toMatchObject({ status: 403, outcome: 'forbidden' });
    const tooMuch = await topUp({ amount: 10_000_001 });
    expect(tooMuch.body).toMatchObject({ status: 400, errors: [{ path: 'body/amount' }] });
    expect(await server.database.sql(`select from wallet where account_id = 'ben'`)).toEqual([]);
  });
});
