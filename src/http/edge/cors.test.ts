import { describe, expect, it } from 'vitest';
import { useServerWithoutDatabase } from '../../../test/support/http.ts';
import { isOrigin } from './cors.ts';

const SHOP = 'https://shop.example';

describe('a page of another origin', () => {
  const server = useServerWithoutDatabase({
    exposure: { corsOrigins: [SHOP, 'http://localhost:5173'] },
    development: { embeddedDatabase: true },
  });
  const open = useServerWithoutDatabase({ exposure: { corsOrigins: ['*'] } });
  const closed = useServerWithoutDatabase();

  it.each([SHOP, 'http://localhost:5173'])('may call the API if it is listed: %s', async (origin) => {
    const preflight = await server.app.inject({
      method: 'OPTIONS',
      url: '/v1/wallet/top-ups',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,idempotency-key',
      },
    });
    expect(preflight.statusCode).toBe(204);
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-max-age': '600',
      vary: 'origin',
    });
    const allowed = String(preflight.headers['access-control-allow-headers']).split(', ');
    expect(allowed).toEqual(expect.arrayContaining(['authorization', 'content-type', 'idempotency-key']));
    expect(preflight.headers['access-control-allow-methods']).toBe('GET, HEAD, POST, DELETE');
    // A refusal, too, so that the page learns what was wrong.
    const answer = await server.app.inject({
      method: 'POST',
      url: '/v1/wallet/top-ups',
      headers: { origin },
    });
    expect(answer.statusCode).toBe(401);
    expect(answer.headers).toMatchObject({ 'access-control-allow-origin': origin, vary: 'origin' });
    const exposed = String(answer.headers['access-control-expose-headers']).split(', ');
    expect(exposed).toEqual(
      expect.arrayContaining(['x-request-id', 'etag', 'retry-after', 'idempotency-replayed']),
    );
    expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
  });

  it.each([
    'null',
    'https://shop.example.evil.example',
    'https://evilshop.example',
    'https://shop.example:8443',
    'http://shop.example',
    'https://SHOP.example',
    'https://shop.example/',
    'https://shop.example, https://evil.example',
    'https://sub.shop.example',
    '*',
    '',
  ])('may not if its origin only resembles a listed one: %s', async (origin) => {
    for (const method of ['OPTIONS', 'GET'] as const) {
      const headers = { origin, 'access-control-request-method': 'POST' };
      const answer = await server.app.inject({ method, url: '/v1/wallet', headers });
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
      expect(answer.headers.vary).toBe('origin');
    }
  });

  it('gets no development token, even if it is listed', async () => {
    const headers = { origin: SHOP, host: 'localhost' };
    const answer = await server.app.inject({ method: 'POST', url: '/v1/dev/tokens', headers });
    expect(answer.statusCode).toBe(404);
  });

  it('of any kind may call a service that takes all, without credentials', async () => {
    const answer = await open.app.inject({ url: '/healthz', headers: { origin: 'https://any.example' } });
    expect(answer.headers['access-control-allow-origin']).toBe('*');
    expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
  });

  it('gets nothing from a service that lists none', async () => {
    const answer = await closed.app.inject({ url: '/healthz', headers: { origin: SHOP } });
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    expect(answer.headers.vary).toBeUndefined();
  });

  it('keeps what an answer varies by besides', async () => {
    const headers = { origin: SHOP, accept: 'text/html' };
    const answer = await server.app.inject({ url: '/errors/seat_taken', headers });
    expect(answer.headers.vary).toBe('accept, origin');
  });
});

describe('an origin in the list', () => {
  it.each(['https://shop.example', 'http://localhost:5173', '*'])('may be %s', (given) => {
    expect(isOrigin(given)).toBe(true);
  });

  it.each([
    'null',
    'shop.example',
    'https://shop.example/',
    'https://shop.example/x',
    'https://*.shop.example/',
    'file://',
    'https://shop.example:443',
    '',
  ])('may not be %s', (given) => {
    expect(isOrigin(given)).toBe(false);
  });
});
