/**
 * The issuer, as openid-client knows it. Its endpoints are discovered when the first buyer signs in, and again when the issuer has
 * not been seen for a while: the service starts and sells while its issuer is down.
 */
import * as client from 'openid-client';
import { OIDC_SCOPES } from './config.ts';
import type { OidcConfig } from './config.ts';

/** How long a request to the issuer may take. */
export const ISSUER_TIMEOUT_SECONDS = 5;
/** How far the issuer's clock and this machine's may be apart. */
export const CLOCK_TOLERANCE_SECONDS = 30;
/** For how long an issuer that has answered counts as one that is there. */
const SEEN_FOR_MS = 30_000;
/** For how long an issuer that did not answer is not asked again: a crowd must not wait for it one by one. */
const FAILED_FOR_MS = 2_000;

export interface Provider {
  /** The endpoints of an issuer that is there now; a browser that is sent to one that is away is stuck. Throws its error. */
  present(): Promise<client.Configuration>;
  /** The endpoints as they were known last. Throws the error of an issuer that has never answered. */
  known(): Promise<client.Configuration>;
  readonly scopes: string;
}

interface Seen {
  readonly configuration: client.Configuration;
  readonly untilMs: number;
}

/** Prepares the issuer without asking it. */
export function openProvider(config: OidcConfig, nowMs: () => number = () => performance.now()): Provider {
  const scopes = config.scopes ?? OIDC_SCOPES;
  if (config.endpoints !== undefined) {
    const given = givenConfiguration(config, config.endpoints);
    const give = (): Promise<client.Configuration> => Promise.resolve(given);
    return { scopes, present: give, known: give };
  }
  let seen: Seen | undefined;
  let failed: { readonly error: Error; readonly untilMs: number } | undefined;
  let asking: Promise<client.Configuration> | undefined;

  async function ask(): Promise<client.Configuration> {
    try {
      const configuration = await discover(config);
      seen = { configuration, untilMs: nowMs() + SEEN_FOR_MS };
      failed = undefined;
      return configuration;
    } catch (error) {
      failed = { error: error as Error, untilMs: nowMs() + FAILED_FOR_MS };
      throw error;
    } finally {
      asking = undefined;
    }
  }

  const present = (): Promise<client.Configuration> => {
    if (seen !== undefined && nowMs() < seen.untilMs) return Promise.resolve(seen.configuration);
    if (failed !== undefined && nowMs() < failed.untilMs) return Promise.reject(failed.error);
    return (asking ??= ask());
  };
  return {
    scopes,
    present,
    known: () => (seen === undefined ? present() : Promise.resolve(seen.configuration)),
  };
}

function discover(config: OidcConfig): Promise<client.Configuration> {
  return client.discovery(new URL(config.issuer), config.clientId, clientMetadata(), clientAuth(config), {
    timeout: ISSUER_TIMEOUT_SECONDS,
    ...(isPlain(config.issuer) && { execute: [allowPlain] }),
  });
}

function givenConfiguration(
  config: OidcConfig,
  { authorization, token, userinfo, endSession }: NonNullable<OidcConfig['endpoints']>,
): client.Configuration {
  const server: client.ServerMetadata = {
    issuer: config.issuer,
    authorization_endpoint: authorization,
    token_endpoint: token,
    ...(userinfo !== undefined && { userinfo_endpoint: userinfo }),
    ...(endSession !== undefined && { end_session_endpoint: endSession }),
  };
  const made = new client.Configuration(server, config.clientId, clientMetadata(), clientAuth(config));
  made.timeout = ISSUER_TIMEOUT_SECONDS;
  if (isPlain(config.issuer)) allowPlain(made);
  return made;
}

function clientMetadata(): Partial<client.ClientMetadata> {
  return { [client.clockTolerance]: CLOCK_TOLERANCE_SECONDS };
}

function clientAuth({ clientSecret, clientAuth: how = 'basic' }: OidcConfig): client.ClientAuth {
  if (clientSecret === undefined) return client.None();
  return how === 'post' ? client.ClientSecretPost(clientSecret) : client.ClientSecretBasic(clientSecret);
}

/** Only an issuer on this machine may do without TLS. */
function isPlain(issuer: string): boolean {
  return issuer.startsWith('http:');
}

/** The one use of what the library marks as deprecated, so that nobody uses it by chance. */
const allowPlain: (configuration: client.Configuration) => void = client.allowInsecureRequests;
