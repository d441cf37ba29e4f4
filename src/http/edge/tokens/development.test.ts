import type { FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import { AuthConfigInvalid } from './auth-config.ts';
import { createTokenIssuer, isFromThisMachine } from './development.ts';

const secret = 'thirty-two bytes of a secret for tests';

function request(
  headers: Readonly<Record<string, string>>,
  { remoteAddress = '127.0.0.1', httpVersion = '1.1', url = '/v1/dev/tokens' } = {},
): FastifyRequest {
  return { headers, raw: { httpVersion, url, socket: { remoteAddress } } } as unknown as FastifyRequest;
}

describe('a request is from this machine', () => {
  it.each([
    'localhost',
    'localhost:3000',
    'LOCALHOST:3000',
    '127.0.0.1',
    '127.0.0.1:65535',
    '[::1]',
    '[::1]:3000',
  ])('with Host %s', (host) => {
    expect(isFromThisMachine(request({ host }))).toBe(true);
  });

  it.each(['127.0.0.1', '127.0.0.9', '::1', '::ffff:127.0.0.1'])('from %s', (remoteAddress) => {
    expect(isFromThisMachine(request({ host: 'localhost' }, { remoteAddress }))).toBe(true);
  });

  it.each(['http://localhost:3000', 'http://127.0.0.1:5173', 'http://[::1]:3000', 'https://localhost'])(
    'with Origin %s',
    (origin) => {
      expect(isFromThisMachine(request({ host: 'localhost:3000', origin }))).toBe(true);
    },
  );
});

it('is from this machine with a target in absolute form', () => {
  const url = 'http://localhost:3000/v1/dev/tokens';
  expect(isFromThisMachine(request({ host: 'other.example' }, { url }))).toBe(true);
});

describe('a request is not from this machine', () => {
  it.each([
    '',
    'evil.example',
    'localhost.evil.example',
    'evil.example:localhost',
    '127.0.0.1.evil.example',
    'localhost:',
    '::1',
  ])('with Host %s', (host) => {
    expect(isFromThisMachine(request({ host }))).toBe(false);
  });

  it('without Host', () => {
    expect(isFromThisMachine(request({}))).toBe(false);
  });

  it.each([
    'forwarded',
    'via',
    'x-real-ip',
    'x-forwarded-for',
    'x-forwarded-anything',
    'x-client-ip',
    'x-cluster-client-ip',
    'true-client-ip',
    'cf-connecting-ip',
    'cf-ray',
    'fly-client-ip',
    'fastly-client-ip',
    'cdn-loop',
    'x-amzn-trace-id',
    'x-azure-clientip',
    'x-envoy-external-address',
    'x-appengine-user-ip',
    'x-original-host',
    'x-varnish',
  ])('with the header %s', (name) => {
    expect(isFromThisMachine(request({ host: 'localhost', [name]: '' }))).toBe(false);
  });

  it.each(['http://tickets.example/v1/dev/tokens', 'http:///v1/dev/tokens', '*'])(
    'with the target %s, whatever Host says',
    (url) => {
      expect(isFromThisMachine(request({ host: 'localhost' }, { url }))).toBe(false);
    },
  );

  it.each([
    '',
    'null',
    'https://tickets.example',
    'http://localhost.evil.example',
    'http://localhost@evil.example',
    'http://192.168.0.7:3000',
    'localhost:3000',
  ])('with Origin %j', (origin) => {
    expect(isFromThisMachine(request({ host: 'localhost', origin }))).toBe(false);
  });

  it('by HTTP/1.0, as nginx forwards by default', () => {
    expect(isFromThisMachine(request({ host: 'localhost' }, { httpVersion: '1.0' }))).toBe(false);
  });

  it.each(['192.168.0.7', '::ffff:192.168.0.7', 'fe80::1', ''])('from %s', (remoteAddress) => {
    expect(isFromThisMachine(request({ host: 'localhost' }, { remoteAddress }))).toBe(false);
  });
});

describe('development tokens are refused', () => {
  it('on any database but the embedded one', async () => {
    const issuer = createTokenIssuer({ embeddedDatabase: false }, { secret });
    await expect(issuer).rejects.toThrow(AuthConfigInvalid);
  });

  it('beside a key set', async () => {
    const issuer = createTokenIssuer({ embeddedDatabase: true }, { jwks: '{"keys":[]}' });
    await expect(issuer).rejects.toThrow(AuthConfigInvalid);
  });
});
