import { describe, expect, it } from 'vitest';
import { NO_RATES, useServerWithoutDatabase } from '../../../../test/support/http.ts';
import { clientKey, isProxy } from './address.ts';
import { createLogger } from '../log/logger.ts';

describe('a client is counted by', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::ffff:c000:201', '192.0.2.1'],
    ['::ffff:0.0.0.9', '0.0.0.9'],
    ['::fffe:c000:201', '0:0:0:0::/64'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::6', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['', ''],
  ])('%s: %s', (address, key) => {
    expect(clientKey(address)).toBe(key);
  });
});

describe('behind a trusted proxy', () => {
  const lines: string[] = [];
  const logger = createLogger({ level: 'info', destination: { write: (line) => lines.push(line) } });
  const direct = useServerWithoutDatabase({ logger, accessLog: true });
  const proxied = useServerWithoutDatabase({
    logger,
    accessLog: true,
    exposure: { trustedProxies: ['10.0.0.0/8', '192.0.2.7'] },
    limits: { rates: { ...NO_RATES, address: { perSecond: 0.001, burst: 1 } } },
  });

  /** The address in the log of a request that came from `remoteAddress`. */
  async function logged(server: typeof direct, remoteAddress: string, forwarded: string): Promise<unknown> {
    lines.length = 0;
    await server.app.inject({ url: '/healthz', remoteAddress, headers: { 'x-forwarded-for': forwarded } });
    return (JSON.parse(lines[0]!) as { readonly address: unknown }).address;
  }

  it.each([
    ['198.51.100.9', '198.51.100.9'],
    // What the client itself wrote stands left of what the proxies know.
    ['1.1.1.1, 198.51.100.9', '198.51.100.9'],
    ['1.1.1.1, 198.51.100.9, 192.0.2.7, 10.1.1.1', '198.51.100.9'],
    ['10.9.9.9', '10.9.9.9'],
  ])('X-Forwarded-For: %s is from %s', async (forwarded, client) => {
    expect(await logged(proxied, '10.0.0.1', forwarded)).toBe(client);
  });

  it('believes no X-Forwarded-For of anybody else', async () => {
    expect(await logged(proxied, '203.0.113.5', '198.51.100.9')).toBe('203.0.113.5');
    expect(await logged(direct, '10.0.0.1', '198.51.100.9')).toBe('10.0.0.1');
  });

  it('counts requests without a token by the client, and nonsense by the proxy', async () => {
    const statusOf = async (forwarded: string): Promise<number> => {
      const headers = { 'x-forwarded-for': forwarded };
      const answer = await proxied.app.inject({ url: '/v1/ticket-keys', remoteAddress: '10.0.0.1', headers });
      return answer.statusCode;
    };
    expect(await statusOf('198.51.100.1')).toBe(200);
    expect(await statusOf('198.51.100.2')).toBe(200);
    expect(await statusOf('9.9.9.9, 198.51.100.1')).toBe(429);
    expect(await statusOf('2001:db8::1')).toBe(200);
    expect(await statusOf('2001:db8::2')).toBe(429);
    expect(await statusOf(`nonsense-${'x'.repeat(50)}`)).toBe(200);
    expect(await statusOf('other nonsense')).toBe(429);
  });

  it('sends HSTS where the proxy says https, and nowhere else', async () => {
    const hstsOf = async (server: typeof direct, remoteAddress: string): Promise<unknown> => {
      const headers = { 'x-forwarded-proto': 'https' };
      const answer = await server.app.inject({ url: '/healthz', remoteAddress, headers });
      return answer.headers['strict-transport-security'];
    };
    expect(await hstsOf(proxied, '10.0.0.1')).toBe('max-age=31536000');
    expect(await hstsOf(proxied, '203.0.113.5')).toBeUndefined();
    expect(await hstsOf(direct, '10.0.0.1')).toBeUndefined();
  });
});

describe('a proxy in the list', () => {
  it.each(['10.0.0.1', '10.0.0.0/8', '::1', 'fd00::/8'])('may be %s', (given) => {
    expect(isProxy(given)).toBe(true);
  });

  it.each([
    '',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0',
    'proxy.example',
    'fd00::/129',
    '10.0.0.0/8/8',
    '2',
    'true',
  ])('may not be %s', (given) => {
    expect(isProxy(given)).toBe(false);
  });
});
