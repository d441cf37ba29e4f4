/**
 * Every option of the command line, once: its environment variable, flag, default, rule and help. A flag outranks the
 * environment; an empty variable counts as none.
 */
import { checkedStrategyName, strategiesNamed } from '../../box-office/strategies.ts';
import type { Strategies } from '../../box-office/strategies.ts';
import { DATABASE_DEFAULTS } from '../../db/database.ts';
import { CATALOGUE_ID_PATTERN } from '../../domain/ids.ts';
import { StrategyRefused } from '../../operations/registry.ts';
import type { OptionSpec } from './option.ts';
import { optionalText, text, timeout, toggle, wholeNumber } from './option.ts';

/** A value breaks its option's rule. The message is one line that names the option and the rule. */
export class ConfigError extends Error {}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

const SECRET_BYTES_MIN = 32;

const OPTIONS = {
  port: wholeNumber({
    env: 'PORT',
    flag: '--port <number>',
    help: 'port to listen on; 0 takes a free one',
    fallback: 3_000,
    range: [0, 65_535],
  }),
  host: text<string>({
    env: 'HOST',
    flag: '--host <address>',
    help: 'address to listen on',
    fallback: '127.0.0.1',
    rule: 'an address or a host name',
    accepts: (host) => /^[A-Za-z0-9.:%_-]+$/.test(host),
  }),
  databaseUrl: optionalText({
    env: 'DATABASE_URL',
    flag: '--database-url <url>',
    help: 'a PostgreSQL 15 or later instead of the embedded one: postgres://user:password@host:port/database',
    rule: 'a connection string',
    isPublic: false,
  }),
  dataDir: optionalText({
    env: 'ROWLOCK_DATA_DIR',
    flag: '--data-dir <directory>',
    help: 'where the embedded database is kept',
    fallbackHelp: '.rowlock',
    rule: 'a path',
  }),
  development: toggle({
    flag: '--development',
    help: 'hand out development tokens to this machine (POST /v1/dev/tokens), with the embedded database only',
  }),
  jwtSecret: optionalText({
    env: 'ROWLOCK_JWT_SECRET',
    help: 'the secret that signs bearer tokens (HS256), at least 32 bytes',
    rule: `at least ${SECRET_BYTES_MIN} bytes`,
    accepts: (secret) => Buffer.byteLength(secret) >= SECRET_BYTES_MIN,
    isPublic: false,
  }),
  jwks: optionalText({
    env: 'ROWLOCK_JWKS',
    flag: '--jwks <file or URL>',
    help: 'the public keys that verify bearer tokens, instead of a secret',
    rule: 'a file, a URL or a JSON document',
  }),
  jwtIssuer: optionalText({
    env: 'ROWLOCK_JWT_ISSUER',
    flag: '--jwt-issuer <name>',
    help: 'what a token names as its issuer',
    rule: 'a name',
  }),
  jwtAudience: optionalText({
    env: 'ROWLOCK_JWT_AUDIENCE',
    flag: '--jwt-audience <name>',
    help: 'what a token names among its audience',
    rule: 'a name',
  }),
  ticketKeys: optionalText({
    env: 'ROWLOCK_TICKET_KEYS',
    flag: '--ticket-keys <file>',
    help: 'the private Ed25519 keys (JWKS) that sign tickets, the first one signs: a file, or in the variable the JSON itself',
    rule: 'a file or a JSON document',
    isPublic: false,
  }),
  topUp: strategy('topUp'),
  hold: strategy('hold'),
  pay: strategy('pay'),
  redisUrl: optionalText({
    env: 'ROWLOCK_REDIS_URL',
    flag: '--redis-url <url>',
    help: 'a Redis for the strategies redis-lock+…: redis://host:port',
    rule: 'an address like redis://host:port',
    accepts: isRedisUrl,
    isPublic: false,
  }),
  poolSize: wholeNumber({
    env: 'ROWLOCK_POOL_SIZE',
    flag: '--pool-size <number>',
    help: 'database connections at most',
    fallback: DATABASE_DEFAULTS.poolSize,
    range: [1, 10_000],
  }),
  waitersMax: wholeNumber({
    env: 'ROWLOCK_WAITERS_MAX',
    flag: '--waiters-max <number>',
    help: 'requests that may wait for a connection; further ones are overloaded',
    fallback: DATABASE_DEFAULTS.waitersMax,
    range: [1, 1_000_000],
  }),
  acquireTimeoutMs: timeout(
    'ACQUIRE_TIMEOUT',
    'how long a request waits for a connection before it is contended',
    DATABASE_DEFAULTS.acquireTimeoutMs,
  ),
  statementTimeoutMs: timeout(
    'STATEMENT_TIMEOUT',
    'how long a statement may take, lock waits included',
    DATABASE_DEFAULTS.statementTimeoutMs,
  ),
  lockTimeoutMs: timeout(
    'LOCK_TIMEOUT',
    'how long one lock is waited for; 0 leaves it to the statement timeout',
    DATABASE_DEFAULTS.lockTimeoutMs,
    0,
  ),
  idleInTransactionTimeoutMs: timeout(
    'IDLE_IN_TRANSACTION_TIMEOUT',
    'after which the server ends a session that forgot its transaction',
    DATABASE_DEFAULTS.idleInTransactionTimeoutMs,
  ),
  logLevel: text<LogLevel>({
    env: 'ROWLOCK_LOG_LEVEL',
    flag: '--log-level <level>',
    help: LOG_LEVELS.join(', '),
    fallback: 'warn',
    rule: `one of ${LOG_LEVELS.join(', ')}`,
    accepts: (level) => LOG_LEVELS.some((known) => known === level),
  }),
  url: text<string>({
    env: 'ROWLOCK_URL',
    flag: '--url <url>',
    help: 'the running service',
    fallback: 'http://127.0.0.1:3000',
    rule: 'an http URL without a path',
    accepts: (url) => /^http:\/\/[A-Za-z0-9.:[\]_-]+\/?$/.test(url) && URL.canParse(url),
  }),
  buyers: wholeNumber({
    flag: '--buyers <number>',
    help: 'how many buyers come',
    fallback: 500,
    range: [1, 100_000],
  }),
  connections: wholeNumber({
    flag: '--connections <number>',
    help: 'how many of them are served at once, on a connection each',
    fallback: 96,
    range: [1, 1_000],
  }),
  performance: optionalText({
    flag: '--performance <id>',
    help: 'which performance they want',
    fallbackHelp: 'the smallest with seats for all',
    rule: 'the id of a performance',
    accepts: (id) => new RegExp(CATALOGUE_ID_PATTERN).test(id),
  }),
  seed: wholeNumber({
    flag: '--seed <number>',
    help: 'the same seed makes the same choices',
    fallback: 1,
    range: [0, 4_294_967_295],
  }),
  journal: optionalText({
    flag: '--journal <file>',
    help: 'the journal: written by the demo, compared with the database by the audit',
    rule: 'a path',
  }),
  json: toggle({ flag: '--json', help: 'print JSON instead of a table' }),
};

export type OptionName = keyof typeof OPTIONS;

type ValueOf<Spec> = Spec extends OptionSpec<infer T> ? T : never;

/** The values of these options. */
export type Values<Name extends OptionName> = {
  readonly [N in Name]: ValueOf<(typeof OPTIONS)[N]>;
};

/** What flags were given, by option name; `true` for a flag without a value. */
export type GivenFlags = Readonly<Partial<Record<string, string | boolean>>>;

/** The values of the named options, from flags, then the environment, then the defaults. Throws `ConfigError`. */
export function readOptions<Name extends OptionName>(
  names: readonly Name[],
  flags: GivenFlags,
  env: NodeJS.ProcessEnv,
): Values<Name> {
  return Object.fromEntries(names.map((name) => [name, valueOf(name, flags, env)])) as Values<Name>;
}

/** An option as the command line shows it. */
export interface OptionHelp {
  readonly name: OptionName;
  readonly flag: string | undefined;
  /** The variable and the default included. */
  readonly help: string;
}

export function helpOf(name: OptionName): OptionHelp {
  const { env, flag, help, fallback, fallbackHelp }: OptionSpec<unknown> = OPTIONS[name];
  const hasValue = typeof fallback === 'string' || typeof fallback === 'number';
  const standard = fallbackHelp ?? (hasValue ? String(fallback) : undefined);
  const notes = [
    ...(env === undefined ? [] : [env]),
    ...(standard === undefined ? [] : [`default ${standard}`]),
  ];
  return { name, flag, help: notes.length === 0 ? help : `${help} (${notes.join(', ')})` };
}

const SERVE_OPTIONS = [
  'port',
  'host',
  'databaseUrl',
  'dataDir',
  'development',
  'jwtSecret',
  'jwks',
  'jwtIssuer',
  'jwtAudience',
  'ticketKeys',
  'topUp',
  'hold',
  'pay',
  'redisUrl',
  'poolSize',
  'waitersMax',
  'acquireTimeoutMs',
  'statementTimeoutMs',
  'lockTimeoutMs',
  'idleInTransactionTimeoutMs',
  'logLevel',
] as const satisfies readonly OptionName[];

const DATABASE_OPTIONS = ['databaseUrl', 'dataDir'] as const satisfies readonly OptionName[];

/** Which options each command takes. */
export const COMMAND_OPTIONS = {
  serve: SERVE_OPTIONS,
  demo: ['url', 'buyers', 'connections', 'performance', 'seed', 'journal', ...DATABASE_OPTIONS],
  audit: ['journal', 'json', ...DATABASE_OPTIONS],
  import: DATABASE_OPTIONS,
  migrate: DATABASE_OPTIONS,
} as const satisfies Record<string, readonly OptionName[]>;

export type CommandName = keyof typeof COMMAND_OPTIONS;
export type CommandOptions<Command extends CommandName> = Values<(typeof COMMAND_OPTIONS)[Command][number]>;

/**
 * Whether this service makes up a secret of its own: development tokens need one, and nobody else may rely on it. Throws
 * `ConfigError` when tokens could not be verified, or by two things at once.
 */
export function makesOwnSecret(options: CommandOptions<'serve'>): boolean {
  const { jwtSecret, jwks, development, databaseUrl } = options;
  if (jwtSecret !== undefined && jwks !== undefined) {
    throw new ConfigError(
      'ROWLOCK_JWT_SECRET and ROWLOCK_JWKS must not both be given: tokens are verified by one',
    );
  }
  if (jwtSecret !== undefined || jwks !== undefined) return false;
  if (development && databaseUrl === undefined) return true;
  throw new ConfigError(
    databaseUrl === undefined
      ? 'ROWLOCK_JWT_SECRET or ROWLOCK_JWKS must be given, or --development'
      : 'ROWLOCK_JWT_SECRET or ROWLOCK_JWKS must be given with DATABASE_URL: development tokens need the embedded database',
  );
}

function isRedisUrl(given: string): boolean {
  try {
    const { protocol, username, password } = new URL(given);
    // What the client does with them.
    decodeURIComponent(username + password);
    return /^rediss?:$/.test(protocol);
  } catch {
    return false;
  }
}

function valueOf(name: OptionName, flags: GivenFlags, env: NodeJS.ProcessEnv): unknown {
  const spec: OptionSpec<unknown> = OPTIONS[name];
  const flag = flags[name];
  const given = flag === undefined || flag === false ? variable(spec.env, env) : String(flag);
  if (given === undefined) return spec.fallback;
  const source = (flag === undefined ? spec.env : spec.flag?.split(' ')[0]) ?? name;
  const value = parseAs(spec, source, given);
  if (value !== undefined) return value;
  const instead = spec.isPublic ? `, not ${JSON.stringify(given.slice(0, 80))}` : '';
  throw new ConfigError(`${source} must be ${spec.rule}${instead}`);
}

function parseAs(spec: OptionSpec<unknown>, source: string, given: string): unknown {
  try {
    return spec.parse(given);
  } catch (error) {
    if (error instanceof StrategyRefused) throw new ConfigError(`${source}: ${error.message}`);
    throw error;
  }
}

function variable(name: string | undefined, env: NodeJS.ProcessEnv): string | undefined {
  const value = name === undefined ? undefined : env[name];
  return value === '' ? undefined : value;
}

function strategy(operation: keyof Strategies): OptionSpec<string | undefined> {
  const standard = strategiesNamed({})[operation].name;
  const flag = operation.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return {
    env: `ROWLOCK_${flag.replaceAll('-', '_').toUpperCase()}`,
    flag: `--${flag} <strategy>`,
    help: `strategy of the operation ${operation}`,
    fallback: undefined,
    fallbackHelp: standard,
    rule: 'a strategy for services',
    parse: (name) => checkedStrategyName(operation, name),
    isPublic: true,
  };
}
