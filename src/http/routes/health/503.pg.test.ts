import { expect, it } from 'vitest';
import { administer, databaseUrlOf } from '../../../../test/support/administer.ts';
import { useServer } from '../../../../test/support/http.ts';

const server = useServer();

it('GET /readyz answers 503 while the database takes no writes, and so do a hold and a top-up', async () => {
  const name = new URL(server.database.url).pathname.slice(1);
  const onServer = (text: string): Promise<void> =>
    administer(databaseUrlOf(server.database.url, 'postgres'), text);
  const ready = { method: 'GET', url: '/readyz' } as const;
  await onServer(`alter database ${name} set default_transaction_read_only = on`);
  const body = { amount: 1_000 };
  const topUp = {
    method: 'POST',
    url: '/v1/wallet/top-ups',
    account: 'anna',
    scopes: 'rowlock:top-up',
    key: 'c',
    body,
  } as const;
  try {
    expect((await server.call(ready)).body).toMatchObject({ status: 503, outcome: 'overloaded' });
    expect((await server.call(topUp)).body).toMatchObject({ status: 503, outcome: 'overloaded' });
  } finally {
    await onServer(`alter database ${name} reset default_transaction_read_only`);
  }
  expect([(await server.call(ready)).status, (await server.call(topUp)).status]).toEqual([200, 201]);
});
