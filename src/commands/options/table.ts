/** Every option of every command, once: its flag, environment variable, default, rule and help. */
import { HOLD_BUDGET } from '../../box-office/buyer/unpaid-holds.ts';
import { REQUEST_DEADLINE_MS } from '../../box-office/deadline.ts';
import { checkedStrategyName, strategiesNamed } from '../../box-office/strategies.ts';
import type { Strategies } from '../../box-office/strategies.ts';
import { DATABASE_DEFAULTS, TIMEOUT_MS_MAX } from '../../db/database.ts';
import { CATALOGUE_ID_PATTERN, SERVER_NAME_PATTERN } from '../../domain/ids.ts';
import { SECRET_BYTES_MIN } from '../../http/edge/tokens/auth-config.ts';
import { isBasePath } from '../../http/edge/base-path.ts';
import { isProxy } from '../../http/edge/client/address.ts';
import { FORWARDED_HEADERS } from '../../http/edge/client/forwarded.ts';
import type { ForwardedHeader } from '../../http/edge/client/forwarded.ts';
import { isOrigin } from '../../http/edge/cors.ts';
import { HTTP_LIMITS, RATES } from '../../http/edge/limits.ts';
import { isIssuerUrl, isPublicUrl, OIDC_SCOPES } from '../../http/sign-in/config.ts';
import { parseRole } from '../../http/sign-in/roles.ts';
import type { Durability } from '../../operations/durability.ts';
import { OPERATIONS } from '../../lab/measure/scenario.ts';
import type { Isolation, Load } from '../../lab/measure/scenario.ts';
import {
  list,
  optionalNumber,
  optionalText,
  processes,
  text,
  timeout,
  toggle,
  wholeNumber,
  wholeNumbers,
} from './option.ts';
import type { Variables } from './config-file.ts';
import type { OptionSpec, OptionSpecs, Values } from './option.ts';

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

const ISOLATIONS: ReadonlyMap<string, Isolation | 'own'> = new Map([
  ['read-committed', 'read committed'],
  ['repeatable-read', 'repeatable read'],
  ['serializable', 'serializable'],
  ['own', 'own'],
]);

const SEED_MAX = 4_294_967_295;

const databaseUrl = optionalText({
  value: '<url>',
  help: 'a PostgreSQL 15 or later instead of the embedded one: postgres://user:password@host:port/database',
  rule: 'a connection string',
  exposure: 'private',
});

/** Where the commands on tickets find their database. */
const DATABASE = {
  databaseUrl: { ...databaseUrl, env: 'DATABASE_URL' },
  dataDir: optionalText({
    env: 'ROWLOCK_DATA_DIR',
    value: '<directory>',
    help: 'the directory of the embedded database',
    fallbackHelp: '.rowlock',
    rule: 'a path',
  }),
  config: optionalText({
    env: 'ROWLOCK_CONFIG',
    value: '<file>',
    help: 'a file of lines NAME=value, as rowlock init writes it; a variable of the environment wins over its line',
    rule: 'a path',
  }),
};

const servers = optionalText({
  env: 'ROWLOCK_SERVERS',
  value: '<file>',
  help: 'a JSON file of further servers, which have performances: {"servers": {"seoul-1": "postgres://…"}}',
  rule: 'a path',
});

const redisUrl = optionalText({
  value: '<url>',
  help: 'a Redis for strategies that begin with redis-lock+: redis://host:port',
  rule: 'an address like redis://host:port',
  accepts: isRedisUrl,
  exposure: 'private',
});

const ISSUER_URL = 'an https URL';

/** Signing people in at an OpenID Connect issuer. */
const OIDC = {
  oidcIssuer: optionalText({
    env: 'ROWLOCK_OIDC_ISSUER',
    value: '<URL>',
    help: 'the OpenID Connect issuer where people sign in',
    rule: ISSUER_URL,
    accepts: isIssuerUrl,
  }),
  oidcClientId: optionalText({
    env: 'ROWLOCK_OIDC_CLIENT_ID',
    value: '<id>',
    help: 'the id that the issuer gave to this service',
    rule: 'a text',
  }),
  oidcClientSecret: optionalText({
    env: 'ROWLOCK_OIDC_CLIENT_SECRET',
    help: 'the secret that the issuer gave to this service; none for a public client',
    rule: 'a text',
    exposure: 'secret',
  }),
  oidcClientAuth: text<'basic' | 'post'>({
    env: 'ROWLOCK_OIDC_CLIENT_AUTH',
    value: '<how>',
    help: 'how the secret is sent: basic or post',
    fallback: 'basic',
    rule: 'basic or post',
    accepts: (how) => how === 'basic' || how === 'post',
  }),
  oidcScopes: text<string>({
    env: 'ROWLOCK_OIDC_SCOPES',
    value: '<scopes>',
    help: 'the scopes that are asked of the issuer, separated by spaces',
    fallback: OIDC_SCOPES,
    rule: 'scopes with openid among them, separated by spaces',
    accepts: (scopes) =>
      /^[\x21-\x7e]+( [\x21-\x7e]+)*$/.test(scopes) && scopes.split(' ').includes('openid'),
  }),
  oidcRoles: list({
    env: 'ROWLOCK_OIDC_ROLES',
    value: '<roles>',
    help: 'which claims of the issuer give which scopes: groups:ticket-admins=rowlock:admin, separated by commas',
    fallback: [],
    rule: 'roles like groups:ticket-admins=rowlock:admin, separated by commas',
    element: parseRole,
  }),
  oidcAuthorizationEndpoint: endpoint('AUTHORIZATION', 'authorization endpoint, where it is not discovered'),
  oidcTokenEndpoint: endpoint('TOKEN', 'token endpoint, where it is not discovered'),
  oidcUserinfoEndpoint: endpoint('USERINFO', 'userinfo endpoint, where it is not discovered'),
  oidcEndSessionEndpoint: endpoint('END_SESSION', 'end of sessions, where it is not discovered'),
};

const SERVE = {
  port: wholeNumber({
    env: 'PORT',
    help: 'the port to listen on; 0 takes a free one',
    fallback: 3_000,
    range: [0, 65_535],
  }),
  host: text<string>({
    env: 'HOST',
    value: '<address>',
    help: 'the address to listen on',
    fallback: '127.0.0.1',
    rule: 'an address or a host name',
    accepts: isHost,
  }),
  ...DATABASE,
  servers,
  development: toggle(
    'issue development tokens (POST /v1/dev/tokens) to this machine; needs the embedded database',
  ),
  jwtSecret: optionalText({
    env: 'ROWLOCK_JWT_SECRET',
    help: `the secret that signs bearer tokens (HS256), at least ${SECRET_BYTES_MIN} bytes`,
    rule: `at least ${SECRET_BYTES_MIN} bytes`,
    accepts: (secret) => Buffer.byteLength(secret) >= SECRET_BYTES_MIN,
    exposure: 'secret',
  }),
  jwks: optionalText({
    env: 'ROWLOCK_JWKS',
    value: '<file or URL>',
    help: 'the public keys that verify bearer tokens, instead of a secret',
    rule: 'a file, a URL or a JSON document',
    exposure: 'private',
  }),
  jwtIssuer: claimOption('ROWLOCK_JWT_ISSUER', 'the issuer that a token must name; * takes any'),
  jwtAudience: claimOption('ROWLOCK_JWT_AUDIENCE', 'the audience that a token must name; * takes any'),
  jwtAccountClaim: claimOption('ROWLOCK_JWT_ACCOUNT_CLAIM', 'the claim that names the account', 'sub'),
  jwtScopeClaim: claimOption('ROWLOCK_JWT_SCOPE_CLAIM', 'the claim with the scopes', 'scope, else scp'),
  ...OIDC,
  ticketKeys: optionalText({
    env: 'ROWLOCK_TICKET_KEYS',
    value: '<file>',
    help: 'the private Ed25519 keys (JWKS) for tickets, of which the first one signs; the variable may contain the JSON itself',
    rule: 'a file or a JSON document',
    exposure: 'private',
  }),
  topUp: strategy('topUp', 'ROWLOCK_TOP_UP'),
  hold: strategy('hold', 'ROWLOCK_HOLD'),
  pay: strategy('pay', 'ROWLOCK_PAY'),
  redisUrl: { ...redisUrl, env: 'ROWLOCK_REDIS_URL' },
  processes: processes({
    env: 'ROWLOCK_PROCESSES',
    help: 'how many processes serve the port; auto is one for each core that this one may use',
    max: 64,
  }),
  poolSize: wholeNumber({
    env: 'ROWLOCK_POOL_SIZE',
    help: 'the most database connections, of all processes together',
    fallback: DATABASE_DEFAULTS.poolSize,
    range: [1, 10_000],
  }),
  waitersMax: wholeNumber({
    env: 'ROWLOCK_WAITERS_MAX',
    help: 'the most requests that wait for a connection; further ones are refused as overloaded',
    fallback: DATABASE_DEFAULTS.waitersMax,
    range: [1, 1_000_000],
  }),
  durability: text<Durability>({
    env: 'ROWLOCK_DURABILITY',
    value: '<promise>',
    help: 'local, or replicated: nothing is acknowledged that a failover to a synchronous standby may lose',
    fallback: 'local',
    rule: 'local or replicated',
    accepts: (promise) => promise === 'local' || promise === 'replicated',
  }),
  requestDeadlineMs: timeout(
    'ROWLOCK_REQUEST_DEADLINE_MS',
    'how long a request may take in all until it is answered; a late write is outcome_unknown, a late read contended',
    REQUEST_DEADLINE_MS,
  ),
  holdBudget: wholeNumber({
    env: 'ROWLOCK_HOLD_BUDGET',
    help: 'how often an hour an account may hold 20 seats without paying, for all performances together; 0 is no bound',
    fallback: HOLD_BUDGET,
    range: [0, 1_000],
  }),
  acquireTimeoutMs: timeout(
    'ROWLOCK_ACQUIRE_TIMEOUT_MS',
    'how long a request waits for a connection before it is refused as contended',
    DATABASE_DEFAULTS.acquireTimeoutMs,
  ),
  statementTimeoutMs: timeout(
    'ROWLOCK_STATEMENT_TIMEOUT_MS',
    'how long a statement may take, including waits for locks',
    DATABASE_DEFAULTS.statementTimeoutMs,
  ),
  lockTimeoutMs: timeout(
    'ROWLOCK_LOCK_TIMEOUT_MS',
    'how long a statement waits for one lock; 0 leaves it to the statement timeout',
    DATABASE_DEFAULTS.lockTimeoutMs,
    0,
  ),
  idleInTransactionTimeoutMs: timeout(
    'ROWLOCK_IDLE_IN_TRANSACTION_TIMEOUT_MS',
    'how long a session may leave its transaction idle before PostgreSQL ends it',
    DATABASE_DEFAULTS.idleInTransactionTimeoutMs,
  ),
  basePath: optionalText({
    env: 'ROWLOCK_BASE_PATH',
    value: '<path>',
    help: 'the path prefix behind which the service is reached, such as /tickets',
    rule: 'a path like /tickets, without a slash at its end',
    accepts: isBasePath,
  }),
  publicUrl: optionalText({
    env: 'ROWLOCK_PUBLIC_URL',
    value: '<origin>',
    help: 'the origin under which browsers reach the service, such as https://tickets.example',
    fallbackHelp: 'what each request says',
    rule: 'an http or https origin without a path',
    accepts: isPublicUrl,
  }),
  corsOrigins: list({
    env: 'ROWLOCK_CORS_ORIGINS',
    value: '<origins>',
    help: 'origins whose pages may call the API, separated by commas, or *',
    fallback: [],
    rule: 'origins like https://shop.example, separated by commas, or *',
    element: (given) => (isOrigin(given) ? given : undefined),
  }),
  trustedProxies: list({
    env: 'ROWLOCK_TRUSTED_PROXIES',
    value: '<networks>',
    help: 'proxies that are trusted to name the client: addresses or networks, separated by commas',
    fallback: [],
    rule: 'addresses or networks like 10.0.0.0/8, separated by commas',
    element: (given) => (isProxy(given) ? given : undefined),
  }),
  forwardedHeader: text<ForwardedHeader>({
    env: 'ROWLOCK_FORWARDED_HEADER',
    value: '<header>',
    help: 'the header in which trusted proxies name the client: x-forwarded-for (with x-forwarded-proto) or forwarded (RFC 7239); the other one is not read',
    fallback: 'x-forwarded-for',
    rule: `one of ${FORWARDED_HEADERS.join(', ')}`,
    accepts: (given) => FORWARDED_HEADERS.some((known) => known === given),
  }),
  rate: wholeNumber({
    env: 'ROWLOCK_RATE',
    help: 'the requests a second of one account; more are refused as rate_limited; 0 is no limit',
    fallback: RATES.account.perSecond,
    range: [0, 1_000_000],
  }),
  rateBurst: wholeNumber({
    env: 'ROWLOCK_RATE_BURST',
    help: 'how many requests one account may send at once',
    fallback: RATES.account.burst,
    range: [1, 1_000_000],
  }),
  addressRate: wholeNumber({
    env: 'ROWLOCK_ADDRESS_RATE',
    help: 'the requests a second of one address that need no token, ten times as many at once; 0 is no limit',
    fallback: RATES.address.perSecond,
    range: [0, 1_000_000],
  }),
  streamsPerAddress: wholeNumber({
    env: 'ROWLOCK_STREAMS_PER_ADDRESS',
    help: 'the most live streams of one address; further ones are refused, and the pages poll instead',
    fallback: HTTP_LIMITS.watchersPerClientMax,
    range: [1, HTTP_LIMITS.watchersMax],
  }),
  metricsPort: optionalNumber({
    env: 'ROWLOCK_METRICS_PORT',
    help: 'the port of /metrics, for Prometheus; 0 takes a free one; without it there are no metrics',
    range: [0, 65_535],
  }),
  metricsHost: text<string>({
    env: 'ROWLOCK_METRICS_HOST',
    value: '<address>',
    help: 'the address of /metrics',
    fallback: '127.0.0.1',
    rule: 'an address or a host name',
    accepts: isHost,
  }),
  auditIntervalMs: timeout(
    'ROWLOCK_AUDIT_INTERVAL_MS',
    'with --metrics-port: the pause between two audits; 0 is none',
    600_000,
    0,
  ),
  docs: optionalText({
    env: 'ROWLOCK_DOCS',
    value: '<on or off>',
    help: "the API's pages at /docs",
    fallbackHelp: 'on with --development, else off',
    rule: 'on or off',
    accepts: (given) => given === 'on' || given === 'off',
  }),
  securityContact: optionalText({
    env: 'ROWLOCK_SECURITY_CONTACT',
    value: '<URL>',
    help: 'whom to tell of vulnerabilities, in /.well-known/security.txt: mailto:security@example.com or an https URL',
    rule: 'a mailto: or https: URL',
    accepts: (given) => /^(mailto:[^\s@]+@[^\s@]+|https:\/\/[^\s]+)$/.test(given) && URL.canParse(given),
  }),
  accessLog: text<'on' | 'off'>({
    env: 'ROWLOCK_ACCESS_LOG',
    value: '<on or off>',
    help: 'a line of the log for each answer, whatever the level is',
    fallback: 'off',
    rule: 'on or off',
    accepts: (given) => given === 'on' || given === 'off',
  }),
  logLevel: text<(typeof LOG_LEVELS)[number]>({
    env: 'ROWLOCK_LOG_LEVEL',
    value: '<level>',
    help: LOG_LEVELS.join(', '),
    fallback: 'info',
    rule: `one of ${LOG_LEVELS.join(', ')}`,
    accepts: (level) => LOG_LEVELS.some((known) => known === level),
  }),
};

/** What goes into a new configuration. No variables but the database's, whose password a flag would show. */
const INIT = {
  directory: text<string>({
    value: '<directory>',
    help: 'where rowlock.env and ticket-keys.json are written; made if it is missing',
    fallback: '.',
    rule: 'a path',
    accepts: (path) => path !== '',
  }),
  publicUrl: optionalText({
    value: '<url>',
    help: 'the address that buyers use, at a proxy with TLS on this machine: https://tickets.example.com',
    rule: 'an https URL without a query, such as https://tickets.example.com',
    accepts: isPublicAddress,
  }),
  databaseUrl: DATABASE.databaseUrl,
  jwks: { ...withoutVariable(SERVE.jwks), help: `${SERVE.jwks.help}; else a fresh secret is written` },
  jwtIssuer: withoutVariable(SERVE.jwtIssuer),
  jwtAudience: withoutVariable(SERVE.jwtAudience),
  oidcIssuer: withoutVariable(SERVE.oidcIssuer),
  oidcClientId: withoutVariable(SERVE.oidcClientId),
  host: withoutVariable(SERVE.host),
  port: withoutVariable(SERVE.port),
  trustedProxies: {
    ...withoutVariable(SERVE.trustedProxies),
    fallbackHelp: '127.0.0.1,::1 with --public-url',
  },
  processes: withoutVariable(SERVE.processes),
};

const DOCTOR = {
  ...SERVE,
  services: wholeNumber({
    help: 'how many services with this configuration share the database',
    fallback: 1,
    range: [1, 1_000],
  }),
  json: toggle('print JSON instead of lines'),
};

const seed = wholeNumber({
  help: 'the same seed makes the same random choices',
  fallback: 1,
  range: [0, SEED_MAX],
});

const DEMO = {
  url: text<string>({
    env: 'ROWLOCK_URL',
    value: '<url>',
    help: 'the running service',
    fallback: 'http://127.0.0.1:3000',
    rule: 'an http URL without a path',
    accepts: (url) => /^http:\/\/[A-Za-z0-9.:[\]_-]+\/?$/.test(url) && URL.canParse(url),
  }),
  buyers: wholeNumber({ help: 'the number of buyers', fallback: 500, range: [1, 100_000] }),
  connections: wholeNumber({
    help: 'how many of them are served at once, each on its own connection',
    fallback: 96,
    range: [1, 1_000],
  }),
  servers: optionalNumber({
    help: 'starts this many embedded database servers and a service over them, and sells a performance of each venue',
    fallbackHelp: 'a running service is used',
    range: [2, 8],
  }),
  performance: optionalText({
    value: '<id>',
    help: 'the performance that they want',
    fallbackHelp: 'the smallest with seats for all',
    rule: 'the id of a performance',
    accepts: (id) => new RegExp(CATALOGUE_ID_PATTERN).test(id),
  }),
  seed,
  journal: optionalText({
    value: '<file>',
    help: 'where the journal of all requests and answers is written',
    fallbackHelp: 'results/demo-<time>.jsonl',
    rule: 'a path',
  }),
  ...DATABASE,
};

const AUDIT = {
  journal: optionalText({
    value: '<file>',
    help: 'a journal of the demo, which is compared with the database',
    rule: 'a path',
  }),
  json: toggle('print JSON instead of a table'),
  ...DATABASE,
  servers,
};

/**
 * The options that `lab` and `bench` share. No variables: an inherited one must not decide what is measured.
 */
const MEASURING = {
  databaseUrl: {
    ...databaseUrl,
    help: 'a PostgreSQL 15 or later; the command works in its own schema there and removes it',
    fallbackHelp: 'an embedded one, removed afterwards',
  },
  json: outputFile('a file for the result as JSON'),
  csv: outputFile('a file for the result as CSV'),
};

const LAB = {
  ...MEASURING,
  redisUrl: {
    ...redisUrl,
    help: 'a Redis for redis-lock: redis://host:port',
    fallbackHelp: 'a redis-server from the PATH, started when needed',
  },
  dryRun: toggle('say what would be measured, how long that takes and what it writes; touch no database'),
  out: outputDirectory('results/lab-<command>-<time>'),
};

const CLAIMS = {
  only: names('<ids>', 'some of the claims: C1,C5'),
  quick: toggle('a short form, under a minute: fewer repeats, times ten times shorter'),
  seed,
  ...LAB,
};

const COMPARE = {
  operation: list({
    value: '<names>',
    help: OPERATIONS.join(', '),
    isRequired: true,
    fallback: [],
    rule: `a list of ${OPERATIONS.join(', ')}`,
    element: (given) => OPERATIONS.find((operation) => operation === given),
  }),
  strategies: { ...names('<names>', 'strategies'), fallbackHelp: "the operation's, and its control" },
  requests: wholeNumbers({ help: 'the number of requests', fallback: [200], range: [1, 1_000_000] }),
  pool: wholeNumbers({ help: 'the number of connections', fallback: [20], range: [1, 10_000] }),
  workMs: wholeNumbers({ help: 'work between the read and the write', fallback: [0], range: [0, 60_000] }),
  accounts: wholeNumbers({
    help: 'the number of wallets; 1 is the hottest',
    fallback: [1],
    range: [1, 1_000_000],
  }),
  seats: wholeNumbers({
    help: 'the number of seats to hold, or of reservations to pay; 1 is the hottest',
    fallback: [1],
    range: [1, 1_000_000],
  }),
  timeoutMs: wholeNumbers({
    help: 'the longest wait for a connection, and the longest statement; 0 is no limit',
    fallback: [5_000],
    range: [0, TIMEOUT_MS_MAX],
  }),
  isolation: list<Isolation | 'own'>({
    value: '<levels>',
    help: `${[...ISOLATIONS.keys()].join(', ')} (the strategy's own)`,
    fallback: ['own'],
    rule: `a list of ${[...ISOLATIONS.keys()].join(', ')}`,
    element: (name) => ISOLATIONS.get(name),
  }),
  repeats: wholeNumbers({
    help: 'how often each combination is measured; six are the fewest for an interval of 95 %',
    fallback: [6],
    range: [1, 1_000],
  }),
  findRate: toggle(
    'search for the highest arrival rate at which --p99-ms is kept, confirmed by --repeats probes, instead of measuring one load',
  ),
  p99Ms: {
    ...wholeNumber({
      help: 'with --find-rate: what the 99th percentile of the answers may be at most',
      fallback: 0,
      range: [1, TIMEOUT_MS_MAX],
    }),
    value: '<ms>',
    // Zero is not within the range, so it means that none was given.
    fallbackHelp: '',
  },
  rateMax: wholeNumber({
    help: 'with --find-rate: the highest rate that is tried, per second',
    fallback: 5_000,
    range: [40, 100_000],
  }),
  searchMinutes: wholeNumber({
    help: 'with --find-rate: how long one search may take until it tells the bounds that it has reached',
    fallback: 5,
    range: [1, 1_440],
  }),
  load: list({
    value: '<kinds>',
    help: 'closed: all requests at once; open:RATE: they arrive at this rate per second',
    fallback: [{ kind: 'closed' }],
    fallbackHelp: 'closed',
    rule: 'a list of closed, open:RATE (requests per second)',
    element: loadOf,
  }),
  seed: wholeNumbers({
    help: 'the same seed makes the same order and the same random choices',
    fallback: [1],
    range: [0, SEED_MAX],
  }),
  ...LAB,
};

const BENCH = {
  quick: toggle('a short form, under a minute: smaller halls, one repeat'),
  only: names('<names>', 'some of the workloads: hot-wallet,crowd'),
  ...MEASURING,
  out: outputDirectory('results/bench-<time>'),
};

/** The options of each command, by its name. */
export const COMMAND_OPTIONS = {
  serve: SERVE,
  demo: DEMO,
  audit: AUDIT,
  import: {
    ...DATABASE,
    servers,
    server: optionalText({
      value: '<name>',
      help: 'where performances go that are on no server yet; the one with the fewest seats on sale by default',
      rule: 'the name of a server',
      accepts: (name) => new RegExp(SERVER_NAME_PATTERN).test(name),
    }),
    dryRun: toggle('say what the import would do, and change nothing'),
  },
  add: { ...DATABASE, servers },
  list: { ...DATABASE, servers, json: toggle('print JSON instead of a table') },
  drain: { ...DATABASE, end: toggle('let new performances go there again') },
  migrate: DATABASE,
  move: { ...DATABASE, servers },
  init: INIT,
  doctor: DOCTOR,
  claims: CLAIMS,
  compare: COMPARE,
  bench: BENCH,
} satisfies Record<string, OptionSpecs>;

/** Every option that has a variable, by its name, but for the one that names a file of them. */
export const VARIABLES: Variables = new Map(
  Object.values(COMMAND_OPTIONS)
    .flatMap((specs) => Object.values<OptionSpec<unknown>>(specs))
    .flatMap((spec) =>
      spec.env === undefined || spec === DATABASE.config ? [] : [[spec.env, spec] as const],
    ),
);

export type CommandName = keyof typeof COMMAND_OPTIONS;
/** The values of a command's options, but for the file that they may be from. */
export type CommandOptions<Command extends CommandName> = Omit<
  Values<(typeof COMMAND_OPTIONS)[Command]>,
  'config'
>;

function strategy(operation: keyof Strategies, env: string): OptionSpec<string | undefined> {
  return {
    env,
    value: '<strategy>',
    help: `the strategy of the operation ${operation}`,
    fallback: undefined,
    fallbackHelp: strategiesNamed({})[operation].name,
    rule: 'a strategy for services',
    parse: (name) => checkedStrategyName(operation, name),
  };
}

function endpoint(name: string, what: string): OptionSpec<string | undefined> {
  return optionalText({
    env: `ROWLOCK_OIDC_${name}_ENDPOINT`,
    value: '<URL>',
    help: `the issuer's ${what}`,
    rule: ISSUER_URL,
    accepts: isIssuerUrl,
  });
}

function claimOption(env: string, help: string, fallbackHelp?: string): OptionSpec<string | undefined> {
  return optionalText({ env, value: '<name>', help, fallbackHelp: fallbackHelp ?? '', rule: 'a name' });
}

function withoutVariable<T>({ env: _env, ...spec }: OptionSpec<T>): OptionSpec<T> {
  return spec;
}

function isPublicAddress(given: string): boolean {
  if (!/^https:\/\/[^\s?#@]+$/.test(given) || !URL.canParse(given)) return false;
  const path = new URL(given).pathname;
  return path === '/' || isBasePath(path);
}

/** Names that only the measuring code knows: it checks them once the command has loaded it. */
function names(value: string, help: string): OptionSpec<readonly string[]> {
  return list({
    value,
    help,
    fallback: [],
    rule: 'names, separated by commas',
    element: (name) => (name === '' ? undefined : name),
  });
}

function isHost(given: string): boolean {
  return /^[A-Za-z0-9.:%_-]+$/.test(given);
}

function outputFile(help: string): OptionSpec<string | undefined> {
  return optionalText({ value: '<file>', help, rule: 'a path' });
}

function outputDirectory(fallbackHelp: string): OptionSpec<string | undefined> {
  const help = 'a directory for the measurement and its report';
  return optionalText({ value: '<directory>', help, fallbackHelp, rule: 'a path' });
}

function isRedisUrl(given: string): boolean {
  try {
    const { protocol, username, password } = new URL(given);
    // The client decodes them, too.
    decodeURIComponent(username + password);
    return /^rediss?:$/.test(protocol);
  } catch {
    return false;
  }
}

function loadOf(given: string): Load | undefined {
  if (given === 'closed') return { kind: 'closed' };
  const rate = Number(/^open:(\d{1,6}(?:\.\d{1,3})?)$/.exec(given)?.[1] ?? 0);
  return rate > 0 ? { kind: 'open', perSecond: rate } : undefined;
}
