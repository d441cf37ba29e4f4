import { expect, it } from 'vitest';
import { useServerWithoutDatabase } from '../../../../test/support/http.ts';

const server = useServerWithoutDatabase();

it('GET /readyz answers 503 while the database is unreachable, and /healthz still answers 200', async () => {
  const answer = await server.app.inject('/readyz');
  expect(answer.statusCode).toBe(503);
  expect(answer.json()).toMatchObject({ outcome: 'overloaded' });
  expect((await server.app.inject('/healthz')).statusCode).toBe(200);
});
