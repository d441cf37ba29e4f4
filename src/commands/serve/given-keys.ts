/** The keys and the sign-in of a configuration, checked before a database is created. */
import type { TicketKeySet } from '../../box-office/buyer/tickets.ts';
import { createAuthenticator } from '../../http/edge/tokens/auth.ts';
import type { CommandOptions } from '../options/table.ts';
import { givenTicketKeys, makesOwnSecret } from './keys.ts';
import { oidcOf } from './oidc.ts';
import { authOf, configErrorOf } from './service.ts';

/** What a configuration says of keys. */
export interface GivenKeys {
  readonly makesSecret: boolean;
  readonly ticketKeys: TicketKeySet | undefined;
}

/** Checks the configured keys before a database is created. Throws `ConfigError`. */
export async function givenKeys(options: CommandOptions<'serve'>): Promise<GivenKeys> {
  oidcOf(options);
  const makesSecret = makesOwnSecret(options);
  const auth = authOf(options, options.jwtSecret);
  if (auth !== undefined) {
    const authenticator = await createAuthenticator(auth).catch(configErrorOf(options));
    authenticator.close();
  }
  return { makesSecret, ticketKeys: await givenTicketKeys(options.ticketKeys) };
}
