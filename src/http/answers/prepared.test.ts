import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { fastify } from 'fastify';
import { afterAll, describe, expect, it } from 'vitest';
import type { PreparedBody } from './prepared.ts';
import { prepareBytes, prepareJson, sendPrepared } from './prepared.ts';

describe('a prepared body', () => {
  const app = fastify();
  let body: PreparedBody;
  app.get('/', (request, reply) => sendPrepared(request, reply, body));
  app.get('/missing', (request, reply) => sendPrepared(request, reply.code(404), body));
  afterAll(() => app.close());

  const ask = (headers: Record<string, string> = {}, url = '/') => app.inject({ url, headers });
  const askIn = (coding: string) => ask({ 'accept-encoding': coding });
  const json = JSON.stringify({ words: 'one '.repeat(1_000) });

  it('is made once, and compressed in each coding that clients accept', async () => {
    let made = 0;
    const textOf = (): string => {
      made += 1;
      return json;
    };
    body = prepareJson(textOf, { etag: 'W/"7"', codings: ['br', 'gzip'] });
    expect((await ask({ 'if-none-match': 'W/"7"' })).statusCode).toBe(304);
    expect(made).toBe(0);
    const answers = await Promise.all([ask(), ...['br', 'gzip', 'br', 'deflate'].map(askIn)]);
    const texts = answers.map(({ rawPayload, headers }) => {
      const coding = headers['content-encoding'];
      if (coding === undefined) return rawPayload.toString();
      return (coding === 'br' ? brotliDecompressSync(rawPayload) : gunzipSync(rawPayload)).toString();
    });
    expect(new Set(texts)).toEqual(new Set([json]));
    const codings = answers.map(({ headers }) => headers['content-encoding']);
    expect(codings).toEqual([undefined, 'br', 'gzip', 'br', undefined]);
    for (const { headers } of answers) {
      expect(headers).toMatchObject({
        etag: 'W/"7"',
        vary: 'accept-encoding',
        'content-type': 'application/json; charset=utf-8',
      });
    }
    expect(made).toBe(1);
  });

  it('has a strong tag of its own in each coding, and 304 knows all of them', async () => {
    body = prepareBytes(Buffer.from(json), { type: 'text/plain', codings: ['gzip'] });
    const tags = [await ask(), await askIn('gzip')].map(({ headers }) => String(headers.etag));
    expect(tags[0]).toMatch(/^"[\w-]{22}"$/);
    expect(tags[1]).toBe(tags[0]!.replace(/"$/, '-gzip"'));
    for (const tag of tags) {
      const known = await ask({ 'if-none-match': tag });
      expect([known.statusCode, known.payload]).toEqual([304, '']);
    }
    expect((await ask({ 'if-none-match': '"other"' })).statusCode).toBe(200);
  });

  it('is sent in full with an error', async () => {
    const { headers } = await ask();
    const missing = await ask({ 'if-none-match': String(headers.etag) }, '/missing');
    expect([missing.statusCode, missing.payload]).toEqual([404, json]);
  });
});
