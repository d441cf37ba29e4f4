/**
 * Signing in at an OpenID Connect issuer: the authorization code flow with PKCE (OpenID Connect Core 1.0 section 3.1, RFC 7636).
 * The ID token comes from the token endpoint over TLS, which proves its issuer (section 3.1.3.7, item 6).
 */
import type { FastifyRequest } from 'fastify';
import * as client from 'openid-client';
import type { BoxOffice } from '../../box-office/box-office.ts';
import { isRefusal } from '../../domain/outcomes.ts';
import { accountIdOf } from './account.ts';
import type { Attempt } from './attempt.ts';
import { beginAttempt, isTooOld } from './attempt.ts';
import type { OidcConfig } from './config.ts';
import type { Failure } from './failures.ts';
import { failureOf } from './failures.ts';
import { openProvider } from './provider.ts';
import type { IssuerClaims } from './roles.ts';
import { scopesOf } from './roles.ts';

/** A failure instead of what was asked for. */
interface Failed {
  readonly failure: Failure;
}

export interface SignIn {
  /** Where the browser goes to sign in, and what its cookie must remember. */
  begin(
    redirectUri: string,
    returnTo: string,
  ): Promise<{ readonly url: string; readonly attempt: Attempt } | Failed>;
  /** Opens a session for a browser that is back from the issuer with these parameters. */
  finish(back: CameBack): Promise<{ readonly secret: string; readonly accountId: string } | Failed>;
  /** Where a sign-out at the issuer begins; undefined where there is none. Never waits for an issuer that is away. */
  signOutUrl(idToken: string | undefined, afterwards: string): Promise<string | undefined>;
}

/** A browser that is back from the issuer. */
export interface CameBack {
  readonly attempt: Attempt;
  readonly redirectUri: string;
  /** With the question mark. */
  readonly search: string;
  readonly log: FastifyRequest['log'];
}

/** Prepares the sign-in without asking the issuer. */
export function createSignIn(config: OidcConfig, { identity }: Pick<BoxOffice, 'identity'>): SignIn {
  const provider = openProvider(config);

  return {
    begin: async (redirectUri, returnTo) => {
      const configuration = await orFailed(() => provider.present());
      if ('failure' in configuration) return configuration;
      const attempt = beginAttempt(returnTo);
      const url = client.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: provider.scopes,
        state: attempt.state,
        nonce: attempt.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(attempt.verifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, attempt };
    },

    finish: async ({ attempt, redirectUri, search, log }) => {
      if (isTooOld(attempt)) return failed('too_old', 'it began too long ago');
      const configuration = await orFailed(() => provider.known());
      if ('failure' in configuration) return configuration;
      const isFirst = await identity.useSignIn(attempt.cookie);
      if (typeof isFirst !== 'boolean') return failed('busy', isFirst.outcome);
      if (!isFirst) return failed('used', 'it had come back before');
      const said = await askIssuer(configuration, { attempt, redirectUri, search, log });
      if ('failure' in said) return said;
      const { iss, sub, name, preferred_username: username, email } = said.claims;
      const accountId = accountIdOf(String(iss), String(sub));
      const signedIn = await identity.signIn({
        accountId,
        scopes: scopesOf(said.claims, config.roles ?? []),
        name: textOf(name) ?? textOf(username),
        email: textOf(email),
        idToken: said.idToken,
      });
      return isRefusal(signedIn) ? failed('busy', signedIn.outcome) : { secret: signedIn.secret, accountId };
    },

    signOutUrl: async (idToken, afterwards) => {
      const configuration = await orFailed(() => provider.known());
      if ('failure' in configuration) return undefined;
      if (configuration.serverMetadata().end_session_endpoint === undefined) return undefined;
      const parameters = {
        post_logout_redirect_uri: afterwards,
        ...(idToken !== undefined && { id_token_hint: idToken }),
      };
      return client.buildEndSessionUrl(configuration, parameters).href;
    },
  };
}

interface Said {
  readonly claims: IssuerClaims;
  readonly idToken: string | undefined;
}

/** Exchanges the code for what the issuer says of the account. */
function askIssuer(
  configuration: client.Configuration,
  { attempt, redirectUri, search, log }: CameBack,
): Promise<Said | Failed> {
  return orFailed(async () => {
    const tokens = await client.authorizationCodeGrant(configuration, new URL(`${redirectUri}${search}`), {
      expectedState: attempt.state,
      expectedNonce: attempt.nonce,
      pkceCodeVerifier: attempt.verifier,
      idTokenExpected: true,
    });
    const claims = tokens.claims() as client.IDToken;
    const more = await userInfoOf(configuration, tokens.access_token, claims.sub, log);
    // What the ID token says counts before what the issuer's other endpoint says.
    return { claims: { ...more, ...claims }, idToken: tokens.id_token };
  });
}

/** Many issuers say name and address there only. Without an answer the account signs in, without them. */
async function userInfoOf(
  configuration: client.Configuration,
  accessToken: string,
  subject: string,
  log: FastifyRequest['log'],
): Promise<IssuerClaims> {
  if (configuration.serverMetadata().userinfo_endpoint === undefined) return {};
  const said = await orFailed(async () => ({
    claims: await client.fetchUserInfo(configuration, accessToken, subject),
  }));
  if (!('failure' in said)) return said.claims;
  log.warn({ cause: said.failure.cause }, 'an account signs in without what the userinfo endpoint says');
  return {};
}

/** Turns the errors of the issuer's answers into failures. Throws the program's own. */
async function orFailed<T extends object>(work: () => Promise<T>): Promise<T | Failed> {
  try {
    return await work();
  } catch (error) {
    const failure = failureOf(error);
    if (failure === undefined) throw error;
    return { failure };
  }
}

function failed(reason: Failure['reason'], cause: string): Failed {
  return { failure: { reason, cause } };
}

function textOf(claim: unknown): string | undefined {
  return typeof claim === 'string' ? claim : undefined;
}
