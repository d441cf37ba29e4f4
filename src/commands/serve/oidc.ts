/** The issuer at which people sign in, from the options. */
import type { OidcConfig } from '../../http/sign-in/config.ts';
import { ConfigError } from '../options/option.ts';
import type { CommandOptions } from '../options/table.ts';

/** Undefined where no issuer is given. Throws `ConfigError` for options that do not go together. */
export function oidcOf(options: CommandOptions<'serve'>): OidcConfig | undefined {
  const { oidcIssuer: issuer, oidcClientId: clientId } = options;
  const { oidcAuthorizationEndpoint: authorization, oidcTokenEndpoint: token } = options;
  if ((issuer === undefined) !== (clientId === undefined)) {
    throw new ConfigError(
      'ROWLOCK_OIDC_ISSUER and ROWLOCK_OIDC_CLIENT_ID go together: give both, or neither',
    );
  }
  if ((authorization === undefined) !== (token === undefined)) {
    throw new ConfigError(
      'ROWLOCK_OIDC_AUTHORIZATION_ENDPOINT and ROWLOCK_OIDC_TOKEN_ENDPOINT go together: give both, or neither',
    );
  }
  const { oidcUserinfoEndpoint: userinfo, oidcEndSessionEndpoint: endSession } = options;
  if (authorization === undefined && (userinfo !== undefined || endSession !== undefined)) {
    throw new ConfigError(
      'ROWLOCK_OIDC_USERINFO_ENDPOINT and ROWLOCK_OIDC_END_SESSION_ENDPOINT need the other endpoints, too: discovery finds all of them or none',
    );
  }
  if (issuer === undefined || clientId === undefined) return undefined;
  const endpoints =
    authorization === undefined || token === undefined
      ? undefined
      : { authorization, token, userinfo, endSession };
  return {
    issuer,
    clientId,
    clientSecret: options.oidcClientSecret,
    clientAuth: options.oidcClientAuth,
    scopes: options.oidcScopes,
    roles: options.oidcRoles,
    endpoints,
  };
}
