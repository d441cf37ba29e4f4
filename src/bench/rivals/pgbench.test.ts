import { describe, expect, it } from 'vitest';
import { connectionEnvironment, findPgbench, parsePgbench, pgbenchScript } from './pgbench.ts';

const REPORT = `pgbench (15.18, server 18.4)
transaction type: /tmp/x.sql
scaling factor: 1
query mode: prepared
number of clients: 8
number of threads: 2
maximum number of tries: 1
duration: 2 s
number of transactions actually processed: 18230
number of failed transactions: 0 (0.000%)
latency average = 0.876 ms
initial connection time = 12.345 ms
tps = 9123.456789 (without initial connection time)
`;

describe('parsePgbench', () => {
  it('reads transactions and their rate', () => {
    expect(parsePgbench(REPORT)).toEqual({ transactions: 18_230, perSecond: 9_123.456789 });
  });

  it('reads what older versions say, with connecting and without', () => {
    const older = REPORT.replace(
      /^tps.*$/m,
      'tps = 9000.1 (including connections establishing)\ntps = 9100.2 (excluding connections establishing)',
    );
    expect(parsePgbench(older).perSecond).toBe(9_100.2);
  });

  it('takes a run without a transaction for what it is', () => {
    const nothing = REPORT.replace('18230', '0').replace(/^tps.*\n/m, '');
    expect(parsePgbench(nothing)).toEqual({ transactions: 0, perSecond: 0 });
  });

  it('refuses what is no report', () => {
    expect(() => parsePgbench('pgbench: error: x')).toThrow('pgbench reported no result: pgbench: error: x');
  });
});

describe('pgbenchScript', () => {
  it('numbers the requests, names the row, and keeps what a statement gives', () => {
    const script = pgbenchScript([
      { sql: 'begin' },
      { sql: '  select w.balance from wallet as w where w.account_id = :row::text', into: true },
      { sql: 'commit' },
    ]);
    expect(script.split('\n')).toEqual([
      '\\set n :n + 1',
      '\\set i :client_id * 2147483648 + :n',
      '\\set row ((:client_id * :per_client + :n) * :stride) % :rows',
      'begin;',
      'select w.balance from wallet as w where w.account_id = :row::text \\gset',
      'commit;',
      '',
    ]);
  });
});

describe('connectionEnvironment', () => {
  it('says by variables what must not stand on a command line', () => {
    expect(
      connectionEnvironment(
        'postgres://us%40er:pa%3Ass@db.example:6432/tickets?sslmode=require&options=-c+search_path%3Dx',
      ),
    ).toEqual({
      PGHOST: 'db.example',
      PGPORT: '6432',
      PGUSER: 'us@er',
      PGPASSWORD: 'pa:ss',
      PGDATABASE: 'tickets',
      PGOPTIONS: '-c search_path=x',
      PGSSLMODE: 'require',
    });
  });

  it('names the usual port, and an address of version 6 without brackets', () => {
    expect(connectionEnvironment('postgres://u@[::1]/d')).toMatchObject({ PGHOST: '::1', PGPORT: '5432' });
  });
});

describe('findPgbench', () => {
  it('finds none on a path without it, unless Debian has one', () => {
    const found = findPgbench({ PATH: '/nowhere' });
    if (found !== undefined) expect(found.path).toMatch(/^\/usr\/lib\/postgresql\/\d+\/bin\/pgbench$/);
  });
});
