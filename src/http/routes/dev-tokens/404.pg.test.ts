import { describe, expect, it } from 'vitest';
import { useServer } from '../../../../test/support/http.ts';

describe('POST /v1/dev/tokens answers 404', () => {
  const server = useServer({ development: { embeddedDatabase: true } });

  it.each<Record<string, string>>([
    { host: 'evil.example' },
    { host: 'localhost.evil.example' },
    { host: 'localhost', 'x-forwarded-for': '127.0.0.1' },
    { host: 'localhost', forwarded: 'for=127.0.0.1' },
    { host: 'localhost', via: '1.1 proxy' },
    { host: 'localhost', 'x-real-ip': '127.0.0.1' },
    { host: 'localhost', origin: 'https://tickets.example' },
  ])('as any unknown path does, to %j', async (headers) => {
    const answer = await server.call({
      method: 'POST',
      url: '/v1/dev/tokens',
      headers,
      body: { role: 'nonsense' },
    });
    const unknown = await server.call({ method: 'POST', url: '/v1/dev/unknown', headers, body: {} });
    const { instance: _first, ...refused } = answer.body;
    const { instance: _second, ...missing } = unknown.body;
    expect(answer.status).toBe(404);
    expect(refused).toEqual(missing);
  });

  it('to an address that is not this machine', async () => {
    const answer = await server.app.inject({
      method: 'POST',
      url: '/v1/dev/tokens',
      headers: { host: 'localhost' },
      remoteAddress: '192.168.0.7',
    });
    expect(answer.statusCode).toBe(404);
  });
});
