import { describe, expect, inject, it } from 'vitest';
import { Client } from '../../lib/pg-client.ts';
import { inspectDatabase } from './database-address.ts';
import { CommandFailed } from './failure.ts';

function spoilt(spoil: (url: URL) => void): string {
  const url = new URL(inject('templateUrl'));
  spoil(url);
  return url.href;
}

describe('inspectDatabase', () => {
  it('finds the settings of the server that endanger data', async () => {
    const warnings = await inspectDatabase(inject('templateUrl'));
    if (process.env['DATABASE_URL'] === undefined) {
      expect(warnings).toEqual([
        'fsync is off: a crash of the machine may destroy the whole database',
        'synchronous_commit is off: a crash may lose tickets and money already acknowledged',
        'full_page_writes is off: a crash of the machine may tear pages of the database',
      ]);
    } else expect(warnings.every((warning) => warning.includes(' is off: '))).toBe(true);
  });

  it('finds that the server accepts fewer connections than the service may open', async () => {
    const client = new Client({ connectionString: inject('templateUrl') });
    await client.connect();
    const { rows } = await client.query<{ most: number }>(
      `select current_setting('max_connections')::int as most`,
    );
    await client.end();
    const { most } = rows[0]!;
    const about = async (connections: number): Promise<readonly string[]> =>
      (await inspectDatabase(inject('templateUrl'), { connections })).filter((line) =>
        line.includes('connections'),
      );
    expect(await about(most + 1)).toEqual([
      expect.stringMatching(
        /^the service may open \d+ connections, but the database accepts \d+: lower ROWLOCK_POOL_SIZE or ROWLOCK_PROCESSES, or raise max_connections$/,
      ),
    ]);
    // Some may be kept for others.
    expect(await about(most - 30)).toEqual([]);
  });

  it.each([
    [
      'refuses connections',
      'postgres://u:secret@127.0.0.1:1/x',
      'no database answers at 127.0.0.1:1: connection refused',
    ],
    [
      'has no known host',
      'postgres://u:secret@nowhere.invalid/x',
      "the database's host nowhere.invalid is unknown",
    ],
    ['is not a URL', 'secret', 'DATABASE_URL must look like postgres://user:password@host:port/database'],
    [
      'is of another kind',
      'mysql://u:secret@127.0.0.1/x',
      'DATABASE_URL must look like postgres://user:password@host:port/database',
    ],
    [
      'cannot be decoded',
      'postgres://u:secret%ff@127.0.0.1/x',
      'DATABASE_URL has a "%" that does not begin a UTF-8 character; write "%" itself as %25',
    ],
    [
      'names a missing certificate',
      'postgres://u:secret@127.0.0.1/x?sslrootcert=/nowhere/ca.pem',
      "the database at 127.0.0.1:5432 cannot be used: ENOENT: no such file or directory, open '/nowhere/ca.pem'",
    ],
  ])('says in one line that the database %s', async (_, url, line) => {
    await expect(inspectDatabase(url)).rejects.toEqual(new CommandFailed(line));
  });

  it('says in one line that the password is wrong, and repeats none', async () => {
    const url = spoilt((good) => void (good.password = 'secret'));
    const refusal = await inspectDatabase(url).then(
      () => undefined,
      (error: unknown) => error,
    );
    // A server that trusts every local client accepts any password.
    if (refusal === undefined) return;
    expect(refusal).toBeInstanceOf(CommandFailed);
    expect((refusal as Error).message).toMatch(
      /^the database at \S+ does not accept the user "\w+" with this password/,
    );
    expect((refusal as Error).message).not.toContain('secret');
  });

  it.each(['99999', '0', 'abc'])('refuses an invalid port: %s', async (port) => {
    // A client would neither connect nor end.
    await expect(inspectDatabase(`postgres://u:secret@127.0.0.1/x?port=${port}`)).rejects.toThrow(
      /^DATABASE_URL must name a port from 1 to 65535$/,
    );
  });

  it('says in one line that there is no such database', async () => {
    const url = spoilt((good) => void (good.pathname = '/nothing'));
    await expect(inspectDatabase(url)).rejects.toThrow(/^the database at \S+ has no database "nothing"$/);
  });
});

it.each([
  [
    'postgres://user:pass@one:5432,two:5432/db',
    'DATABASE_URL names several hosts: add ?target_session_attrs=read-write, so that the one that takes writes is used',
  ],
  [
    'postgres://one/db?target_session_attrs=primary',
    'DATABASE_URL takes only read-write as target_session_attrs',
  ],
  [
    'postgres://one:99999,two/db?target_session_attrs=read-write',
    'DATABASE_URL must name a port from 1 to 65535',
  ],
])('says in one line what is wrong with several hosts: %s', async (url, line) => {
  await expect(inspectDatabase(url)).rejects.toEqual(new CommandFailed(line));
});

it('says in one line what each of several hosts said', async () => {
  const url = 'postgres://user:secret@127.0.0.1:1,[::1]:2/db?target_session_attrs=read-write';
  await expect(inspectDatabase(url)).rejects.toEqual(
    new CommandFailed('no server takes writes: 127.0.0.1:1 refuses connections; [::1]:2 refuses connections'),
  );
});

it('takes a comma in a password for what it is', async () => {
  const refused = inspectDatabase('postgres://user:a,b@127.0.0.1:1/db');
  await expect(refused).rejects.toThrow(/connection refused/);
});
