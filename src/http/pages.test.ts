import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TEST_SECRET } from '../../test/support/http.ts';
import type { BoxOffice } from '../box-office/box-office.ts';
import { refuse } from '../domain/outcomes.ts';
import { createServer } from './server.ts';

const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "worker-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const INDEX =
  '<!doctype html><html lang="ko"><script type="module" src="/assets/index-Ab1.js"></script></html>\n';
const SCRIPT = `export const rows = '${'seat '.repeat(500)}';\n`;

describe('the web pages', () => {
  let directory: string;
  let app: FastifyInstance;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'rowlock-pages-'));
    const pagesDir = join(directory, 'dist');
    await mkdir(join(pagesDir, 'assets'), { recursive: true });
    await writeFile(join(directory, 'secret.txt'), 'a secret');
    await writeFile(join(pagesDir, 'index.html'), INDEX);
    await writeFile(join(pagesDir, 'robots.txt'), 'User-agent: *\n');
    await writeFile(join(pagesDir, 'assets/index-Ab1.js'), SCRIPT);
    await writeFile(join(pagesDir, 'assets/seat-Cd2.png'), Buffer.from([0x89, 0x50, 0x4e, 0x47]));
    app = await createServer({ boxOffice: {} as BoxOffice, auth: { secret: TEST_SECRET }, pagesDir });
  });
  afterAll(async () => {
    await app.close();
    await rm(directory, { recursive: true });
  });

  it.each([
    '/',
    '/?lang=en',
    '/concerts/comet',
    '/performances/comet-2030-06-15',
    '/performances/comet/seats',
    '/tickets',
    '/tickets/6f1c1f0e-6d3a-8c53-9f0e-2d6d8a1b7c44',
    '/wallet',
    '/operator',
    '/operator/performances/comet',
  ])('are one page, asked for again each time: %s', async (url) => {
    const answer = await app.inject(url);
    expect(answer.statusCode).toBe(200);
    expect(answer.payload).toBe(INDEX);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': CSP,
      'cross-origin-opener-policy': 'same-origin',
      'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      vary: 'accept-encoding',
    });
    const known = await app.inject({ url, headers: { 'if-none-match': String(answer.headers.etag) } });
    expect([known.statusCode, known.payload, known.headers.etag]).toEqual([304, '', answer.headers.etag]);
  });

  it.each([
    ['/', ['/v1/concerts']],
    ['/?lang=en', ['/v1/concerts']],
    ['/concerts/comet', ['/v1/concerts/comet']],
    [
      '/performances/comet-1',
      [
        '/v1/performances/comet-1',
        '/v1/performances/comet-1/seat-map/rows',
        '/v1/performances/comet-1/seats',
      ],
    ],
  ])('say with the page what its script reads first: %s', async (url, reads) => {
    const { headers } = await app.inject(url);
    const links = String(headers['link']).split(', ');
    expect(links).toEqual(reads.map((path) => `<${path}>; rel=preload; as=fetch; crossorigin=anonymous`));
  });

  it.each([
    '/performances/comet%22%3E%3B',
    '/performances/a,b',
    '/concerts/%0d%0ax',
    '/tickets',
    '/operator',
  ])('name nothing for an address that no concert or performance has: %s', async (url) => {
    expect((await app.inject(url)).headers['link']).toBeUndefined();
  });

  it('keep their assets for ever', async () => {
    const answer = await app.inject('/assets/index-Ab1.js');
    expect(answer.payload).toBe(SCRIPT);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
      'content-security-policy': CSP,
    });
    const robots = await app.inject('/robots.txt');
    expect([robots.headers['content-type'], robots.headers['cache-control']]).toEqual([
      'text/plain; charset=utf-8',
      'no-cache',
    ]);
  });

  it('are compressed for clients that accept it, each coding with its own tag', async () => {
    const url = '/assets/index-Ab1.js';
    const plain = await app.inject(url);
    const asGzip = await app.inject({ url, headers: { 'accept-encoding': 'gzip' } });
    const asBrotli = await app.inject({ url, headers: { 'accept-encoding': 'gzip, deflate, br' } });
    const again = await app.inject({ url, headers: { 'accept-encoding': 'br' } });
    expect(gunzipSync(asGzip.rawPayload).toString()).toBe(SCRIPT);
    expect(brotliDecompressSync(asBrotli.rawPayload).toString()).toBe(SCRIPT);
    expect(again.rawPayload.equals(asBrotli.rawPayload)).toBe(true);
    expect(asBrotli.rawPayload.length).toBeLessThan(SCRIPT.length / 10);
    const all = [plain, asGzip, asBrotli];
    expect(all.map(({ headers }) => headers['content-encoding'])).toEqual([undefined, 'gzip', 'br']);
    expect(all.map(({ headers }) => headers.vary)).toEqual(
      Array.from({ length: 3 }, () => 'accept-encoding'),
    );
    expect(new Set(all.map(({ headers }) => headers.etag)).size).toBe(3);
    expect(
      all.map(({ headers, rawPayload }) => Number(headers['content-length']) - rawPayload.length),
    ).toEqual([0, 0, 0]);
  });

  it('do not compress pictures', async () => {
    const url = '/assets/seat-Cd2.png';
    const answer = await app.inject({ url, headers: { 'accept-encoding': 'br' } });
    expect(answer.rawPayload).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47]));
    expect([answer.headers['content-encoding'], answer.headers.vary]).toEqual([undefined, undefined]);
    expect(answer.headers['content-type']).toBe('image/png');
  });

  it.each(['/', '/assets/index-Ab1.js', '/operator/x'])(
    'answer HEAD as GET, without a body: %s',
    async (url) => {
      const get = await app.inject({ url, headers: { 'accept-encoding': 'gzip' } });
      const head = await app.inject({ method: 'HEAD', url, headers: { 'accept-encoding': 'gzip' } });
      expect([head.statusCode, head.payload]).toEqual([200, '']);
      for (const name of ['etag', 'content-type', 'content-encoding', 'content-length', 'cache-control']) {
        expect(head.headers[name], name).toBe(get.headers[name]);
      }
    },
  );

  it.each([
    '/index.html',
    '/nothing',
    '/concerts',
    '/ticketsx',
    '/operators',
    '/wallet/x',
    '/assets',
    '/assets/',
    '/assets/nothing.js',
    '/assets/../secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..\\secret.txt',
    '/assets/index-Ab1.js%00.png',
    '/assets//index-Ab1.js',
  ])('are nothing else: %s', async (url) => {
    const answer = await app.inject(url);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.json()).toMatchObject({ status: 404, outcome: 'not_found' });
    expect(answer.headers['content-security-policy']).toBe("default-src 'none'; frame-ancestors 'none'");
  });

  it('answer an unknown address with a page for browsers only', async () => {
    const headers = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
    for (const url of ['/nothing', '/wallet/', '/performances']) {
      const answer = await app.inject({ url, headers });
      expect([answer.statusCode, answer.payload]).toEqual([404, INDEX]);
      expect(answer.headers['content-security-policy']).toBe(CSP);
      const again = await app.inject({ url, headers: { ...headers, 'if-none-match': '*' } });
      expect(again.statusCode).toBe(404);
    }
    expect((await app.inject({ url: '/v1/nothing', headers })).json()).toMatchObject({ status: 404 });
    expect((await app.inject({ method: 'POST', url: '/nothing', headers })).json()).toMatchObject({
      status: 404,
    });
  });

  it.each(['POST', 'PUT', 'DELETE'] as const)('are only read: %s', async (method) => {
    const answer = await app.inject({ method, url: '/' });
    expect(answer.json()).toMatchObject({ status: 405 });
    expect(answer.headers.allow).toBe('GET, HEAD, OPTIONS');
  });

  it('leave the API where it was', async () => {
    const page = await app.inject({ url: '/errors/seat_taken', headers: { accept: 'text/html' } });
    expect(page.headers['content-security-policy']).toBe("default-src 'none'; frame-ancestors 'none'");
    const api = await app.inject('/openapi.json');
    expect(Object.keys(api.json<{ paths: object }>().paths)).not.toContain('/wallet');
  });
});

describe('the page of a concert', () => {
  it('names it, and is the plain page where there is none or the database does not answer', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'rowlock-pages-'));
    const page = '<!doctype html><html lang="ko"><head><title>Rowlock</title></head></html>';
    await writeFile(join(directory, 'index.html'), page);
    const concert = { title: { ko: 'R&B <밤>' }, description: { ko: '하룻밤' } };
    const boxOffice = {
      readConcert: (id: string) =>
        id === 'lost' ? Promise.reject(new Error('gone')) : Promise.resolve(id === 'rb' ? concert : MISSING),
      readPerformance: () => Promise.resolve(concert),
    };
    const app = await createServer({
      boxOffice: boxOffice as unknown as BoxOffice,
      auth: { secret: TEST_SECRET },
      pagesDir: directory,
    });
    const named = await app.inject('/concerts/rb');
    expect(named.payload).toContain('<title>R&amp;B &lt;밤&gt; · Rowlock</title>');
    expect(named.payload).toContain('<meta property="og:description" content="하룻밤" />');
    expect(named.headers).toMatchObject({ 'content-security-policy': CSP, 'cache-control': 'no-cache' });
    const again = await app.inject({
      url: '/concerts/rb',
      headers: { 'if-none-match': String(named.headers.etag) },
    });
    expect(again.statusCode).toBe(304);
    expect((await app.inject('/performances/rb-1')).payload).toContain('og:title');
    for (const id of ['none', 'lost']) expect((await app.inject(`/concerts/${id}`)).payload).toBe(page);
    await app.close();
    await rm(directory, { recursive: true });
  });
});

const MISSING = refuse('not_found', { what: 'concert' });

describe('a service whose pages were not built', () => {
  it('says so in a sentence at the root, and its API works', async () => {
    const app = await createServer({
      boxOffice: { ticketKeys: [] } as unknown as BoxOffice,
      auth: { secret: TEST_SECRET },
      pagesDir: join(tmpdir(), 'rowlock-no-such-directory'),
    });
    const answer = await app.inject('/');
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(answer.payload).toMatch(/^The pages are not built: .*\/openapi\.json\.\n$/);
    expect((await app.inject('/operator')).json()).toMatchObject({ status: 404 });
    expect((await app.inject('/v1/ticket-keys')).json()).toEqual({ keys: [] });
    await app.close();
  });
});
