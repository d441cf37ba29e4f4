import { describe, expect, it } from 'vitest';
import { useServerWithoutDatabase } from '../../../../test/support/http.ts';
import { createLogger } from '../log/logger.ts';
import { clientBehind } from './forwarded.ts';

const PROXY = '10.0.0.1';
const isProxy = (address: string): boolean => address.startsWith('10.');

describe('Forwarded from a proxy', () => {
  it.each([
    ['for=192.0.2.60', '192.0.2.60', undefined],
    ['for=192.0.2.60;proto=https;by=203.0.113.43', '192.0.2.60', 'https'],
    ['For=192.0.2.60; Proto=HTTPS', '192.0.2.60', 'https'],
    ['proto=http;for="192.0.2.60:47011"', '192.0.2.60', 'http'],
    ['for="192.0.2.60:_hidden"', '192.0.2.60', undefined],
    ['for="[2001:db8:cafe::17]"', '2001:db8:cafe::17', undefined],
    ['for="[2001:db8:cafe::17]:4711";host="a;b"', '2001:db8:cafe::17', undefined],
    ['for="[::ffff:192.0.2.60]"', '::ffff:192.0.2.60', undefined],
    [String.raw`for="192.0.2\.60"`, '192.0.2.60', undefined],
    ['for=192.0.2.60;', '192.0.2.60', undefined],
    [',, for=192.0.2.60 ,', '192.0.2.60', undefined],
  ])('%s', (header, address, proto) => {
    expect(clientBehind(PROXY, header, isProxy)).toEqual({ address, proto });
  });

  it.each([
    // What the client wrote stands left of what the proxy has added.
    ['for=1.1.1.1, for=198.51.100.9', '198.51.100.9'],
    ['for=10.9.9.9;proto=https, for=198.51.100.9', '198.51.100.9'],
    ['for=", for=198.51.100.9', '198.51.100.9'],
    [String.raw`for="1.1.1.1\, for=198.51.100.9`, '198.51.100.9'],
    ['x, for=198.51.100.9', '198.51.100.9'],
    // A chain of proxies, each of which names the one before.
    ['for=1.1.1.1, for=198.51.100.9, for=10.1.1.1', '198.51.100.9'],
    ['for=1.1.1.1, for=198.51.100.9, for="10.1.1.1:80", for="10.2.2.2"', '198.51.100.9'],
    ['for=10.3.3.3, for=10.2.2.2', '10.3.3.3'],
    // A proxy tells no address, or none that can be read: the client is counted as that proxy.
    ['for=1.1.1.1, for=unknown', PROXY],
    ['for=1.1.1.1, for=_hidden, for=10.2.2.2', '10.2.2.2'],
    ['for=1.1.1.1, proto=https', PROXY],
    ['for=1.1.1.1, nonsense', PROXY],
    // A proxy repeats the client's Host.
    ['for=198.51.100.9;host="a, for=1.1.1.1"', PROXY],
    ['host="a, for=1.1.1.1;x=";for=198.51.100.9', PROXY],
    ['for=1.1.1.1, for=198.51.100.9;for=1.1.1.1', PROXY],
    ['for=2001:db8::1', PROXY],
    ['for="2001:db8::1"', PROXY],
    ['for="[192.0.2.60]"', PROXY],
    ['for=300.0.2.60', PROXY],
    ['for="[fe80::1%25eth0]"', PROXY],
    ['for=192.0.2.60 proto=https', PROXY],
    ['for="192.0.2.60', PROXY],
    ['for=192.0.2.60:80', PROXY],
    ['for', PROXY],
    ['=;=', PROXY],
    ['for=""', PROXY],
  ])('%s: the client is %s', (header, address) => {
    expect(clientBehind(PROXY, header, isProxy).address).toBe(address);
  });

  it('the protocol is the one that the client spoke, not one between proxies', () => {
    const header = 'for=1.1.1.1;proto=http, for=198.51.100.9;proto=https, for=10.1.1.1;proto=http';
    expect(clientBehind(PROXY, header, isProxy).proto).toBe('https');
    expect(clientBehind(PROXY, 'for=1.1.1.1;proto=https, for=198.51.100.9', isProxy).proto).toBeUndefined();
    expect(clientBehind(PROXY, 'for=198.51.100.9;proto=javascript', isProxy).proto).toBeUndefined();
  });

  it('is read in little time, whatever it is', () => {
    const nasty = [
      'for="'.repeat(3_000),
      `for="${'\\'.repeat(16_000)}`,
      ';'.repeat(16_000),
      'a=b;'.repeat(4_000),
    ];
    const startedAt = performance.now();
    for (const header of nasty) clientBehind(PROXY, header, isProxy);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});

it('of anybody else is not read', () => {
  expect(clientBehind('203.0.113.5', 'for=1.1.1.1;proto=https', isProxy)).toEqual({
    address: '203.0.113.5',
    proto: undefined,
  });
});

describe('a service whose proxies set', () => {
  const lines: string[] = [];
  const logger = createLogger({ level: 'info', destination: { write: (line) => lines.push(line) } });
  const trustedProxies = ['10.0.0.0/8', '192.0.2.7', 'fd00::/8'];
  const logs = { logger, accessLog: true };
  const byForwarded = useServerWithoutDatabase({
    ...logs,
    exposure: { trustedProxies, forwardedHeader: 'forwarded' },
  });
  const byDefault = useServerWithoutDatabase({ ...logs, exposure: { trustedProxies } });
  const alone = useServerWithoutDatabase({ ...logs, exposure: { forwardedHeader: 'forwarded' } });

  /** The address in the log, and whether HSTS was sent, as over https. */
  async function seen(
    server: typeof alone,
    headers: Record<string, string>,
    remoteAddress: string,
  ): Promise<readonly [address: unknown, isHttps: boolean]> {
    lines.length = 0;
    const answer = await server.app.inject({ url: '/healthz', remoteAddress, headers });
    const { address } = JSON.parse(lines[0]!) as { readonly address: unknown };
    return [address, answer.headers['strict-transport-security'] !== undefined];
  }

  /** What a client may write; its proxy passes on the header that it does not set itself. */
  const forged = {
    'x-forwarded-for': '1.1.1.1',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'evil.example',
  };

  it('Forwarded reads that, and X-Forwarded-For never', async () => {
    const told = { forwarded: 'for=198.51.100.9;proto=https' };
    for (const proxy of ['10.0.0.1', '192.0.2.7', '::ffff:10.0.0.1', 'fd00::7']) {
      expect(await seen(byForwarded, told, proxy)).toEqual(['198.51.100.9', true]);
      expect(await seen(byForwarded, { ...forged, forwarded: 'for=198.51.100.9' }, proxy)).toEqual([
        '198.51.100.9',
        false,
      ]);
      expect(await seen(byForwarded, forged, proxy)).toEqual([proxy, false]);
    }
    expect(await seen(byForwarded, { ...forged, ...told }, '203.0.113.5')).toEqual(['203.0.113.5', false]);
  });

  it('X-Forwarded-For, as by default, never reads Forwarded', async () => {
    const told = { 'x-forwarded-for': '198.51.100.9', forwarded: 'for=1.1.1.1;proto=https' };
    expect(await seen(byDefault, told, '10.0.0.1')).toEqual(['198.51.100.9', false]);
    expect(await seen(byDefault, { forwarded: 'for=1.1.1.1;proto=https' }, '10.0.0.1')).toEqual([
      '10.0.0.1',
      false,
    ]);
  });

  it('neither, without proxies that it trusts', async () => {
    const told = { ...forged, forwarded: 'for=1.1.1.1;proto=https' };
    expect(await seen(alone, told, '127.0.0.1')).toEqual(['127.0.0.1', false]);
  });
});
