import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { makesOwnSecret } from '../serve/keys.ts';
import { addOptions, ConfigError, defaultOf, defaultsOf, flagOf, shownValues } from './option.ts';
import type { OptionSpec, OptionSpecs, Values } from './option.ts';
import { readOptions } from './read.ts';
import { COMMAND_OPTIONS } from './table.ts';
import type { CommandOptions } from './table.ts';

const SECRET = 'a secret of thirty-two bytes or so';

type GivenFlags = Readonly<Record<string, string | true>>;

afterEach(() => void vi.unstubAllEnvs());

function read<Specs extends OptionSpecs>(
  table: Specs,
  flags: GivenFlags,
  env: NodeJS.ProcessEnv = {},
): Values<Specs> {
  // The machine's own variables must not decide.
  for (const spec of specs) if (spec.env !== undefined) vi.stubEnv(spec.env, '');
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const command = addOptions(new Command().exitOverride(), table);
  const args = Object.entries(flags).flatMap(([name, value]) => [
    flagOf(name),
    ...(value === true ? [] : [value]),
  ]);
  command.parse(args, { from: 'user' });
  return readOptions(table, command);
}

const serveOptions = (flags: GivenFlags = {}, env: NodeJS.ProcessEnv = {}): CommandOptions<'serve'> =>
  read(COMMAND_OPTIONS.serve, flags, env);
const specs: readonly OptionSpec<unknown>[] = Object.values(COMMAND_OPTIONS).flatMap((table) =>
  Object.values<OptionSpec<unknown>>(table),
);

describe('the values that a log may show', () => {
  const given: GivenFlags = { port: '4001', ticketKeys: '{"keys":[]}', jwks: '{"keys":[{"d":"private"}]}' };
  const env = {
    ROWLOCK_JWT_SECRET: 'k7#Qz!9mW2@xL5$vN8^bR3&dF6*gH1(j',
    DATABASE_URL: 'postgres://u:pa55@h/d',
  };

  it('say of secrets, and of what may contain one, only that they are given', () => {
    const shown = shownValues(COMMAND_OPTIONS.serve, serveOptions(given, env));
    expect(shown).toMatchObject({ port: 4_001, logLevel: 'info' });
    expect(
      Object.keys(shown)
        .filter((name) => shown[name] === '[given]')
        .sort(),
    ).toEqual(['databaseUrl', 'jwks', 'jwtSecret', 'ticketKeys']);
    expect(JSON.stringify(shown)).not.toMatch(/pa55|k7#|keys|private/);
    expect(shown).not.toHaveProperty('redisUrl');
  });
});

describe('readOptions', () => {
  it('has a default for everything a service needs', () => {
    expect(serveOptions()).toMatchObject({
      port: 3_000,
      host: '127.0.0.1',
      databaseUrl: undefined,
      development: false,
      poolSize: 20,
      logLevel: 'info',
    });
  });

  it('takes a flag before the environment, and the environment before the default', () => {
    expect(serveOptions({ port: '4001' }, { PORT: '4002' }).port).toBe(4_001);
    expect(serveOptions({}, { PORT: '4002' }).port).toBe(4_002);
  });

  it('leaves both out where the defaults are wanted', () => {
    vi.stubEnv('PORT', '4002');
    expect(defaultsOf(COMMAND_OPTIONS.serve)).toEqual(serveOptions());
    expect(defaultsOf(COMMAND_OPTIONS.serve).port).toBe(3_000);
    vi.unstubAllEnvs();
  });

  it('warns of a password in a flag, which other users of the machine can read, and does not repeat it', () => {
    const printed = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const url = 'postgres://rowlock:pa55@localhost/rowlock';
    serveOptions({ databaseUrl: url });
    expect(printed.mock.calls).toEqual([
      [expect.stringMatching(/^WARNING: .*--database-url; use DATABASE_URL\n$/)],
    ]);
    serveOptions({}, { DATABASE_URL: url });
    serveOptions({ databaseUrl: 'postgres://localhost/rowlock' });
    expect(printed).toHaveBeenCalledTimes(1);
    printed.mockRestore();
  });

  it('counts an empty variable as none', () => {
    expect(serveOptions({}, { PORT: '', DATABASE_URL: '' })).toMatchObject({
      port: 3_000,
      databaseUrl: undefined,
    });
  });

  it('starts one process, or one for each core', () => {
    expect(serveOptions().processes).toBe(1);
    expect(serveOptions({ processes: '3' }, { ROWLOCK_PROCESSES: 'auto' }).processes).toBe(3);
    const { processes } = serveOptions({}, { ROWLOCK_PROCESSES: 'auto' });
    expect(processes).toBe(Math.min(64, availableParallelism()));
  });

  it.each([
    [{}, { PORT: 'http' }, 'PORT must be a whole number from 0 to 65535, not "http"'],
    [{}, { PORT: '65536' }, 'PORT must be a whole number from 0 to 65535, not "65536"'],
    [{}, { PORT: '-1' }, 'PORT must be a whole number from 0 to 65535, not "-1"'],
    [{}, { PORT: '80.5' }, 'PORT must be a whole number from 0 to 65535, not "80.5"'],
    [{ port: '1e3' }, {}, '--port must be a whole number from 0 to 65535, not "1e3"'],
    [{}, { HOST: 'a b' }, 'HOST must be an address or a host name, not "a b"'],
    [{}, { ROWLOCK_POOL_SIZE: '0' }, 'ROWLOCK_POOL_SIZE must be a whole number from 1 to 10000, not "0"'],
    [{ processes: '65' }, {}, '--processes must be a whole number from 1 to 64, or auto, not "65"'],
    [{ lockTimeoutMs: '3s' }, {}, '--lock-timeout-ms must be a whole number from 0 to 2147483647, not "3s"'],
    [
      { logLevel: 'loud' },
      {},
      '--log-level must be one of trace, debug, info, warn, error, fatal, silent, not "loud"',
    ],
  ] as const)('refuses %j %j in one line', (flags, env, message) => {
    expect(() => serveOptions(flags, env)).toThrow(new ConfigError(message));
  });

  it.each(['http://127.0.0.1:99999', 'http://[::1', 'http://a..b:x', 'https://a', 'http://a/b', ''])(
    'refuses %j as the address of a service',
    (url) => {
      expect(() => read({ url: COMMAND_OPTIONS.demo.url }, { url })).toThrow(
        new ConfigError(`--url must be an http URL without a path, not ${JSON.stringify(url)}`),
      );
    },
  );

  it('takes addresses of every kind of host', () => {
    for (const url of ['http://localhost:3000', 'http://[::1]:80/', 'http://my_host']) {
      expect(read({ url: COMMAND_OPTIONS.demo.url }, { url })).toEqual({ url });
    }
  });

  it.each(['foo', 'http://127.0.0.1', 'redis://u:secret%ff@127.0.0.1', ''])(
    'refuses %j as the address of a Redis, without repeating it',
    (redisUrl) => {
      expect(() => serveOptions({ redisUrl })).toThrow(
        new ConfigError('--redis-url must be an address like redis://host:port'),
      );
    },
  );

  it('refuses an empty path, which would name the working directory', () => {
    expect(() => serveOptions({ dataDir: '' })).toThrow(new ConfigError('--data-dir must be a path, not ""'));
  });

  it.each(['topUp', 'hold', 'pay'] as const)(
    'refuses a %s strategy that is not for services, naming the option',
    (operation) => {
      const variable = COMMAND_OPTIONS.serve[operation].env!;
      expect(() => serveOptions({ [operation]: 'unguarded' })).toThrow(/^--[\w-]+: .*for the lab only/);
      expect(() => serveOptions({}, { [variable]: 'magic' })).toThrow(
        new RegExp(`^${variable}: .*no strategy "magic"`),
      );
    },
  );

  it('never repeats a secret', () => {
    expect(() => serveOptions({}, { ROWLOCK_JWT_SECRET: 'hunter2' })).toThrow(
      new ConfigError('ROWLOCK_JWT_SECRET must be at least 32 bytes'),
    );
  });
});

describe('makesOwnSecret', () => {
  it('does so for development on the embedded database only', () => {
    expect(makesOwnSecret(serveOptions({ development: true }))).toBe(true);
  });

  it('prefers a given secret', () => {
    expect(makesOwnSecret(serveOptions({ development: true }, { ROWLOCK_JWT_SECRET: SECRET }))).toBe(false);
    expect(makesOwnSecret(serveOptions({}, { ROWLOCK_JWKS: 'keys.json' }))).toBe(false);
  });

  it('refuses two ways to verify a token', () => {
    const options = serveOptions({}, { ROWLOCK_JWT_SECRET: SECRET, ROWLOCK_JWKS: 'keys.json' });
    expect(() => makesOwnSecret(options)).toThrow(
      'ROWLOCK_JWT_SECRET and ROWLOCK_JWKS must not both be given',
    );
  });

  it('needs none where people sign in at an issuer', () => {
    const options = serveOptions({ oidcIssuer: 'https://id.example', oidcClientId: 'rowlock' });
    expect(makesOwnSecret(options)).toBe(false);
  });

  it('refuses none', () => {
    expect(() => makesOwnSecret(serveOptions())).toThrow(
      'ROWLOCK_OIDC_ISSUER, ROWLOCK_JWT_SECRET or ROWLOCK_JWKS must be given',
    );
    const elsewhere = serveOptions({ development: true }, { DATABASE_URL: 'postgres://localhost/tickets' });
    expect(() => makesOwnSecret(elsewhere)).toThrow('development tokens need the embedded database');
  });
});

describe('the table of options', () => {
  it('gives no variable to two options', () => {
    const variables = [...new Set(specs)].flatMap(({ env }) => env ?? []);
    expect(variables.length).toBeGreaterThan(0);
    expect(new Set(variables).size).toBe(variables.length);
  });

  it('shows every flag, variable and default in the help', () => {
    const help = addOptions(new Command(), COMMAND_OPTIONS.serve)
      .configureOutput({ getOutHelpWidth: () => 1_000 })
      .helpInformation();
    expect(help).toMatch(
      /--port <number> +the port to listen on; 0 takes a free one \(default: 3000, env: PORT\)\n/,
    );
    expect(help).toMatch(/--hold <strategy> +the strategy .* hold \(default: grouped, env: ROWLOCK_HOLD\)\n/);
    expect(help).toMatch(
      /--data-dir <directory> +the .* database \(default: .rowlock, env: ROWLOCK_DATA_DIR\)\n/,
    );
    for (const [name, spec] of Object.entries<OptionSpec<unknown>>(COMMAND_OPTIONS.serve)) {
      if (spec.exposure === 'secret') continue;
      expect(help).toContain(`${flagOf(name)} `);
      expect(help).toContain(spec.env ?? '');
      expect(help).toContain(defaultOf(spec) ?? '');
    }
  });

  it('gives secrets no flag', () => {
    expect(() => serveOptions({ jwtSecret: SECRET })).toThrow(/unknown option '--jwt-secret'/);
    expect(serveOptions({}, { ROWLOCK_JWT_SECRET: SECRET }).jwtSecret).toBe(SECRET);
  });

  it('gives measuring commands no variable', () => {
    for (const name of ['claims', 'compare', 'bench'] as const) {
      const table = Object.values<OptionSpec<unknown>>(COMMAND_OPTIONS[name]);
      expect(table.filter(({ env }) => env !== undefined)).toEqual([]);
    }
  });
});
