import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../test/support/catalogue.ts';
import { holdOverHttp, tokenOf, useServer, useServerWithoutDatabase } from '../../test/support/http.ts';
import { isBasePath } from './edge/base-path.ts';

describe('behind the path prefix /shop', () => {
  const server = useServer({ exposure: { basePath: '/shop', docs: true } });

  it('the API takes requests with the prefix, and those whose proxy strips it', async () => {
    for (const url of ['/shop/v1/concerts', '/v1/concerts', '/shop/v1/concerts?x=1']) {
      expect((await server.app.inject(url)).statusCode, url).toBe(200);
    }
    expect((await server.app.inject('/shopping/v1/concerts')).statusCode).toBe(404);
    expect((await server.app.inject('/shop/shop/v1/concerts')).statusCode).toBe(404);
    const wrong = await server.app.inject({ method: 'PUT', url: '/shop/v1/concerts' });
    expect(wrong.headers.allow).toBe('GET, HEAD, OPTIONS');
  });

  it('what was made is found where Location says', async () => {
    const url = await holdOverHttp(server, await plantPerformance(server.database), 'anna', ['A-1-1']);
    expect(url).toMatch(/^\/shop\/v1\/performances\//);
    const headers = { authorization: `Bearer ${await tokenOf('anna')}` };
    const read = await server.app.inject({ url, headers });
    expect(read.json()).toMatchObject({ state: 'held' });
  });

  it('a problem leads to its page', async () => {
    const answer = await server.app.inject('/shop/v1/wallet');
    const { type } = answer.json<{ type: string }>();
    expect(type).toBe('/shop/errors/unauthenticated');
    expect((await server.app.inject(type)).statusCode).toBe(200);
  });

  it('the document and the pages of the API are where their links say', async () => {
    const document = (await server.app.inject('/shop/openapi.json')).json<{
      paths: object;
      servers: readonly { url: string }[];
    }>();
    expect(Object.keys(document.paths)).toContain('/v1/concerts');
    const [{ url } = { url: '' }] = document.servers;
    expect(new URL(url, 'https://x.example/shop/openapi.json').pathname).toBe('/shop/');
    const page = await server.app.inject('/shop/docs');
    const sources = [...page.payload.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]!);
    expect(sources.length).toBeGreaterThan(4);
    for (const source of sources) {
      const path = new URL(source, 'http://localhost/shop/docs').pathname;
      expect(path).toMatch(/^\/shop\//);
      expect((await server.app.inject(path)).statusCode, source).toBe(200);
    }
  });
});

describe('the pages of the API', () => {
  const production = useServerWithoutDatabase();
  const development = useServerWithoutDatabase({ development: { embeddedDatabase: true } });
  const shown = useServerWithoutDatabase({ exposure: { docs: true } });
  const hidden = useServerWithoutDatabase({
    development: { embeddedDatabase: true },
    exposure: { docs: false },
  });

  it('are shown on a development service and where asked for', async () => {
    for (const [server, status] of [
      [production, 404],
      [development, 200],
      [shown, 200],
      [hidden, 404],
    ] as const) {
      for (const url of ['/docs', '/docs/json']) {
        expect((await server.app.inject(url)).statusCode).toBe(status);
      }
      expect((await server.app.inject('/openapi.json')).statusCode).toBe(200);
    }
  });
});

describe('/.well-known/security.txt', () => {
  const server = useServerWithoutDatabase({ exposure: { securityContact: 'mailto:security@example.com' } });
  const without = useServerWithoutDatabase();

  it('names whom to tell, for less than a year', async () => {
    const answer = await server.app.inject('/.well-known/security.txt');
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(answer.payload).toMatch(
      /^Contact: mailto:security@example\.com\nExpires: .*Z\nPreferred-Languages: ko, en\n$/,
    );
    const expires = new Date(/Expires: (.*)/.exec(answer.payload)![1]!);
    const days = (expires.getTime() - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(179);
    expect(days).toBeLessThan(365);
  });

  it('is not there without a contact', async () => {
    expect((await without.app.inject('/.well-known/security.txt')).statusCode).toBe(404);
  });
});

describe('a path prefix', () => {
  it.each(['/tickets', '/a/b', '/v1.2/x~1'])('may be %s', (given) => {
    expect(isBasePath(given)).toBe(true);
  });

  it.each(['', '/', 'tickets', '/tickets/', '//tickets', '/a b', '/..', '/a?b', '/%2e'])(
    'may not be %s',
    (given) => {
      expect(isBasePath(given)).toBe(false);
    },
  );
});
