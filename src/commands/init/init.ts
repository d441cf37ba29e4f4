import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { faultOfValue } from '../options/config-file.ts';
import { ConfigError } from '../options/option.ts';
import type { OptionSpec } from '../options/option.ts';
import { COMMAND_OPTIONS, VARIABLES } from '../options/table.ts';
import type { CommandOptions } from '../options/table.ts';
import { newSecret, newTicketKeys } from '../serve/keys.ts';
import { CommandFailed } from '../shared/failure.ts';
import { say } from '../shared/terminal.ts';
import { configText } from './text.ts';

type InitOptions = CommandOptions<'init'>;

const CONFIG_FILE = 'rowlock.env';
const TICKET_KEYS_FILE = 'ticket-keys.json';
/** A proxy on this machine, which the samples in `deploy/` are. */
const LOCAL_PROXIES = ['127.0.0.1', '::1'];

/**
 * `rowlock init`: writes a configuration with a fresh secret, and fresh keys for tickets. Both are readable by their owner
 * alone. Overwrites nothing. Throws `ConfigError`, `CommandFailed`, and the file system's errors.
 */
export async function runInit(options: InitOptions): Promise<number> {
  const directory = resolve(options.directory);
  const config = join(directory, CONFIG_FILE);
  const ticketKeys = join(directory, TICKET_KEYS_FILE);
  for (const file of [config, ticketKeys]) {
    if (existsSync(file))
      throw new CommandFailed(`${file} is there already, and nothing is overwritten: move it away`);
  }
  const values = valuesOf(options, ticketKeys);
  for (const [name, value] of values) checkValue(name, value);
  mkdirSync(directory, { recursive: true, mode: 0o750 });
  const served = Object.values<OptionSpec<unknown>>(COMMAND_OPTIONS.serve).filter(({ env = '' }) =>
    VARIABLES.has(env),
  );
  writeNew(ticketKeys, `${await newTicketKeys()}\n`);
  writeNew(config, configText(served, values, new Date()));
  say([`wrote ${config} and ${ticketKeys}`, ...nextSteps(options, config)].join('\n'));
  return 0;
}

function valuesOf(options: InitOptions, ticketKeys: string): ReadonlyMap<string, string> {
  const { databaseUrl, jwks, jwtIssuer, jwtAudience, oidcIssuer, oidcClientId } = options;
  const { host, port, processes, publicUrl } = options;
  if (jwks !== undefined && (jwtIssuer === undefined || jwtAudience === undefined)) {
    throw new ConfigError(
      '--jwks needs --jwt-issuer and --jwt-audience: its issuer signs for others as well',
    );
  }
  if ((oidcIssuer === undefined) !== (oidcClientId === undefined)) {
    throw new ConfigError('--oidc-issuer and --oidc-client-id go together: give both, or neither');
  }
  const basePath = publicUrl === undefined ? '' : new URL(publicUrl).pathname.replace(/\/$/, '');
  const proxies =
    options.trustedProxies.length > 0 || publicUrl === undefined ? options.trustedProxies : LOCAL_PROXIES;
  const given: ReadonlyArray<readonly [string, string | undefined]> = [
    // Empty, it is refused until the operator fills it in.
    ['DATABASE_URL', databaseUrl ?? ''],
    ['ROWLOCK_PROCESSES', processes === 1 ? undefined : String(processes)],
    ['ROWLOCK_JWT_SECRET', jwks === undefined ? newSecret() : undefined],
    ['ROWLOCK_JWKS', jwks],
    ['ROWLOCK_JWT_ISSUER', jwtIssuer],
    ['ROWLOCK_JWT_AUDIENCE', jwtAudience],
    ['ROWLOCK_OIDC_ISSUER', oidcIssuer],
    ['ROWLOCK_OIDC_CLIENT_ID', oidcClientId],
    ['ROWLOCK_PUBLIC_URL', publicUrl === undefined ? undefined : new URL(publicUrl).origin],
    ['ROWLOCK_TICKET_KEYS', ticketKeys],
    ['HOST', host],
    ['PORT', String(port)],
    ['ROWLOCK_BASE_PATH', basePath === '' ? undefined : basePath],
    ['ROWLOCK_TRUSTED_PROXIES', proxies.length === 0 ? undefined : proxies.join(',')],
  ];
  return new Map(given.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])));
}

function checkValue(name: string, value: string): void {
  const fault = value === '' ? undefined : faultOfValue(value);
  if (fault !== undefined) throw new ConfigError(`${name} ${fault}`);
}

function writeNew(file: string, text: string): void {
  writeFileSync(file, text, { mode: 0o600, flag: 'wx' });
}

function nextSteps({ databaseUrl, oidcIssuer }: InitOptions, config: string): readonly string[] {
  const missing = [
    ...(databaseUrl === undefined ? ['DATABASE_URL'] : []),
    ...(oidcIssuer === undefined ? [] : ['ROWLOCK_OIDC_CLIENT_SECRET', 'ROWLOCK_OIDC_ROLES']),
  ];
  return [
    missing.length === 0 ? 'next:' : `next: set ${missing.join(', ')} in ${config}, then`,
    ...['doctor', 'migrate', 'serve'].map((command) => `  rowlock ${command} --config ${config}`),
  ];
}
