import { describe, expect, it } from 'vitest';
import { useServer } from '../../../../test/support/http.ts';

const BAD_QUERIES: readonly (readonly [string, string])[] = [
  ['limit=0', 'query/limit'],
  ['limit=101', 'query/limit'],
  ['limit=-1', 'query/limit'],
  ['limit=1.5', 'query/limit'],
  ['limit=1e1', 'query/limit'],
  ['limit=0x10', 'query/limit'],
  ['limit=ten', 'query/limit'],
  ['limit=', 'query/limit'],
  ['limit=1&limit=2', 'query/limit'],
  ['limit=true', 'query/limit'],
  ['limit=NaN', 'query/limit'],
  ['limit=%00', 'query/limit'],
  ['before=0', 'query/before'],
  ['before=9007199254740992', 'query/before'],
  ['before=99999999999999999999', 'query/before'],
  ["before=1'--", 'query/before'],
  ['offset=5', 'query/offset'],
  ['__proto__=5', 'query/__proto__'],
];

describe.each(['/v1/reservations', '/v1/wallet/entries'])('GET %s answers 400', (path) => {
  const server = useServer();

  it.each(BAD_QUERIES)('to ?%s, naming the place', async (query, place) => {
    const answer = await server.call({ method: 'GET', url: `${path}?${query}`, account: 'anna' });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ outcome: 'invalid_request', errors: [{ path: place }] });
  });
});
