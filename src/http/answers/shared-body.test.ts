import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { fastify } from 'fastify';
import { afterAll, describe, expect, it } from 'vitest';
import { createSharedBodies } from './shared-body.ts';

describe('a body that a crowd shares', () => {
  const app = fastify();
  let reading = { words: 'one '.repeat(1_000) };
  let written = 0;
  const send = createSharedBodies((read: typeof reading) => {
    written += 1;
    return JSON.stringify(read);
  });
  app.get('/', (request, reply) => send(request, reply, reading));
  afterAll(() => app.close());

  const ask = (coding?: string) =>
    app.inject({ url: '/', headers: coding === undefined ? {} : { 'accept-encoding': coding } });

  it('is written once, and compressed as each one likes it', async () => {
    const answers = await Promise.all([ask(), ask('br'), ask('gzip'), ask('br'), ask('deflate')]);
    const texts = answers.map(({ rawPayload, headers }) => {
      const coding = headers['content-encoding'];
      if (coding === undefined) return rawPayload.toString();
      return (coding === 'br' ? brotliDecompressSync(rawPayload) : gunzipSync(rawPayload)).toString();
    });
    expect(new Set(texts)).toEqual(new Set([JSON.stringify(reading)]));
    expect(answers.map(({ headers }) => headers['content-encoding'])).toEqual([
      undefined,
      'br',
      'gzip',
      'br',
      undefined,
    ]);
    for (const { headers } of answers) {
      expect(headers).toMatchObject({
        vary: 'accept-encoding',
        'content-type': 'application/json; charset=utf-8',
      });
    }
    expect(written).toBe(1);
  });

  it('is another one for another reading', async () => {
    reading = { words: 'two' };
    expect((await ask('gzip')).rawPayload).toEqual((await ask('gzip')).rawPayload);
    expect((await ask()).json()).toEqual({ words: 'two' });
    expect(written).toBe(2);
  });
});
