/** What a configuration says by itself, without its database. */
import { statSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { strategiesNamed } from '../../box-office/strategies.ts';
import type { OidcConfig } from '../../http/sign-in/config.ts';
import { openProvider } from '../../http/sign-in/provider.ts';
import { StrategyRefused } from '../../operations/registry.ts';
import type { Finding } from '../checks/finding.ts';
import { findingsOf } from '../checks/finding.ts';
import { firstOf } from '../shared/database-address.ts';
import { ConfigError } from '../options/option.ts';
import type { CommandOptions } from '../options/table.ts';
import { checkShares } from '../serve/processes/shares.ts';
import { oidcOf } from '../serve/oidc.ts';
import { givenKeys } from '../serve/given-keys.ts';

type ServeOptions = CommandOptions<'serve'>;

/** Words of secrets that come from a sample or an example. */
const SAMPLE_SECRET = /change.?me|example|password|secret|rowlock|123456/i;
const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/;
const READABLE_BY_OTHERS = 0o004;

/** One finding, or more, for each part of the configuration. Reads the keys, over the network too. */
export async function configurationFindings(options: ServeOptions): Promise<readonly Finding[]> {
  return [
    await keysFinding(options),
    ...(await signInFindings(options)),
    ...secretFindings(options),
    ...ticketFindings(options),
    ...processFindings(options),
    ...addressFindings(options),
  ];
}

async function keysFinding(options: ServeOptions): Promise<Finding> {
  const { ok, fail } = findingsOf('keys');
  try {
    await givenKeys(options);
  } catch (error) {
    if (error instanceof ConfigError) return fail(error.message);
    throw error;
  }
  if (options.jwks !== undefined) return ok(`a key set verifies tokens of ${options.jwtIssuer}`);
  if (options.jwtSecret !== undefined) return ok('a secret verifies tokens');
  return ok(options.oidcIssuer === undefined ? 'development tokens' : 'no program has a token');
}

/** Asks the issuer for its endpoints, as a sign-in does. */
async function signInFindings(options: ServeOptions): Promise<readonly Finding[]> {
  const { ok, warn, fail } = findingsOf('sign-in');
  const { development, publicUrl } = options;
  let oidc: OidcConfig | undefined;
  try {
    oidc = oidcOf(options);
  } catch (error) {
    // The keys' finding says so.
    if (error instanceof ConfigError) return [];
    throw error;
  }
  if (oidc === undefined) {
    return [
      development
        ? ok('by name, as --development does')
        : warn('nobody can sign in on the pages, only programs have tokens: set ROWLOCK_OIDC_ISSUER'),
    ];
  }
  try {
    await openProvider(oidc).present();
  } catch (error) {
    return [fail(`the issuer ${oidc.issuer} does not answer as one: ${(error as Error).message}`)];
  }
  if (publicUrl === undefined) {
    return [
      warn(`${oidc.issuer} answers; set ROWLOCK_PUBLIC_URL to the address that the issuer leads back to`),
    ];
  }
  const operators =
    options.oidcRoles.length === 0 ? ', as buyers alone: ROWLOCK_OIDC_ROLES makes operators' : '';
  return [ok(`people sign in at ${oidc.issuer}${operators}`)];
}

function secretFindings({ jwtSecret, databaseUrl }: ServeOptions): readonly Finding[] {
  const { ok, fail, warn } = findingsOf('secrets');
  const password =
    databaseUrl !== undefined && URL.canParse(firstOf(databaseUrl))
      ? new URL(firstOf(databaseUrl)).password
      : '';
  const found = [
    ...(jwtSecret !== undefined && SAMPLE_SECRET.test(jwtSecret)
      ? [fail('ROWLOCK_JWT_SECRET looks like a sample: take 32 random bytes, as "rowlock init" does')]
      : []),
    ...(SAMPLE_SECRET.test(password) || password === 'postgres'
      ? [warn("the database's password can be guessed: change it (alter role … password) and DATABASE_URL")]
      : []),
  ];
  return found.length > 0 ? found : [ok('none looks like a sample')];
}

function ticketFindings({ ticketKeys, databaseUrl }: ServeOptions): readonly Finding[] {
  const { ok, warn } = findingsOf('tickets');
  if (ticketKeys === undefined) {
    return [
      databaseUrl === undefined
        ? ok('the embedded database has its own keys')
        : warn('tickets are not signed: set ROWLOCK_TICKET_KEYS; "rowlock init" writes keys'),
    ];
  }
  const found = statSync(ticketKeys, { throwIfNoEntry: false });
  return [
    found !== undefined && (found.mode & READABLE_BY_OTHERS) !== 0
      ? warn(`every user of this machine can read the keys of tickets: chmod 600 ${ticketKeys}`)
      : ok('tickets are signed'),
  ];
}

function processFindings(options: ServeOptions): readonly Finding[] {
  const { ok, fail } = findingsOf('processes');
  try {
    checkShares(options);
    // Reading the options assumed a Redis.
    if (options.redisUrl === undefined) strategiesNamed(options);
  } catch (error) {
    if (error instanceof ConfigError || error instanceof StrategyRefused) return [fail(error.message)];
    throw error;
  }
  return [ok(`${options.processes}, with ${options.poolSize} connections for requests together`)];
}

function addressFindings({ host, port, trustedProxies, development }: ServeOptions): readonly Finding[] {
  const { ok, warn, fail } = findingsOf('address');
  const isLocal = LOOPBACK.test(host);
  const found = [
    ...(development
      ? [fail('--development gives everybody on this machine an admin token: never serve the public by it')]
      : []),
    ...(trustedProxies.some(isEverybody)
      ? [
          fail(
            'ROWLOCK_TRUSTED_PROXIES trusts a part of the internet, so that clients can name any address as theirs: list the proxies alone',
          ),
        ]
      : []),
    ...(trustedProxies.length === 0
      ? [
          warn(
            isLocal
              ? 'no proxy is trusted: behind one, all clients share its address; set ROWLOCK_TRUSTED_PROXIES=127.0.0.1,::1'
              : `HOST is ${host} and no proxy is trusted: tokens travel unencrypted unless a proxy with TLS is in front; name it in ROWLOCK_TRUSTED_PROXIES`,
          ),
        ]
      : []),
  ];
  return found.length > 0 ? found : [ok(`${host}, port ${port}, behind ${trustedProxies.join(', ')}`)];
}

/** Whether a network is wider than the widest private ones, 10.0.0.0/8 and fc00::/7. */
function isEverybody(network: string): boolean {
  const [address = '', bits] = network.split('/');
  return bits !== undefined && Number(bits) < (isIPv6(address) ? 7 : 8);
}
