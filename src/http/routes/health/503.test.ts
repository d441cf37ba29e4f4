import { expect, it } from 'vitest';
import { TEST_SECRET } from '../../../../test/support/http.ts';
import { createBoxOffice } from '../../../box-office/box-office.ts';
import { createServer } from '../../server.ts';

it('GET /readyz answers 503 while the database is away, and /healthz does not care', async () => {
  const boxOffice = await createBoxOffice({
    databaseUrl: 'postgres://127.0.0.1:1/none',
    migrate: false,
    sweepIntervalMs: 0,
  });
  const app = await createServer({ boxOffice, auth: { secret: TEST_SECRET } });
  const answer = await app.inject('/readyz');
  expect(answer.statusCode).toBe(503);
  expect(answer.json()).toMatchObject({ outcome: 'overloaded' });
  expect((await app.inject('/healthz')).statusCode).toBe(200);
  await app.close();
  await boxOffice.close();
});
