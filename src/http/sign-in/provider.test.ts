import { afterAll, beforeAll, expect, it } from 'vitest';
import type { OidcIssuer } from '../../../test/support/oidc-issuer.ts';
import { CLIENT, startOidcIssuer } from '../../../test/support/oidc-issuer.ts';
import { failureOf } from './failures.ts';
import type { Provider } from './provider.ts';
import { openProvider } from './provider.ts';

const DISCOVERY = 'GET /.well-known/openid-configuration';

let issuer: OidcIssuer;
beforeAll(async () => {
  issuer = await startOidcIssuer(() => []);
});
afterAll(() => issuer?.stop());

const asked = (): number => issuer.requests.filter((request) => request === DISCOVERY).length;
const errorOf = (provider: Provider): Promise<unknown> => provider.present().catch((error: unknown) => error);

it('an issuer counts as present for half a minute, and stays known while it is away', async () => {
  let nowMs = 0;
  const provider = openProvider({ issuer: issuer.url, clientId: CLIENT.id }, () => nowMs);
  await Promise.all([provider.present(), provider.present(), provider.known()]);
  expect(asked()).toBe(1);
  await issuer.stop();
  nowMs = 29_999;
  await provider.present();
  nowMs = 30_000;
  const error = await errorOf(provider);
  expect(failureOf(error)).toEqual({
    reason: 'unavailable',
    cause: 'the issuer does not answer: ECONNREFUSED',
  });
  expect((await provider.known()).serverMetadata().token_endpoint).toBe(`${issuer.url}/token`);
  await issuer.restart();
  // A crowd does not ask an issuer that was away a moment ago.
  nowMs += 1_999;
  expect(await errorOf(provider)).toBe(error);
  expect(asked()).toBe(1);
  nowMs += 1;
  await provider.present();
  expect(asked()).toBe(2);
});

it('endpoints that are given are never asked for', async () => {
  const before = asked();
  const endpoints = { authorization: `${issuer.url}/authorize`, token: `${issuer.url}/token` };
  const provider = openProvider({ issuer: issuer.url, clientId: CLIENT.id, endpoints });
  expect((await provider.present()).serverMetadata().authorization_endpoint).toBe(endpoints.authorization);
  expect(asked()).toBe(before);
});

it('an answer of another issuer is not trusted', async () => {
  const other = issuer.url.replace('127.0.0.1', 'localhost');
  const error = await errorOf(openProvider({ issuer: other, clientId: CLIENT.id }));
  expect(failureOf(error)).toMatchObject({ reason: 'answer' });
});
