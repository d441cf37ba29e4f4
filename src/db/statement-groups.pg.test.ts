import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { declaredStatements } from './statement.ts';
import type { Statement, StatementGroup } from './statement.ts';

// Loading every module of the program declares every statement.
const modules = import.meta.glob([
  '../{operations,seats,catalogue,audit,box-office,operator-log,identity,lab,bench}/**/*.ts',
  '!**/*.test.ts',
  // It imports as soon as it is loaded.
  '!**/import/worker.ts',
]);
await Promise.all(Object.values(modules).map((load) => load()));

/** The tables of each group, and of every server for itself. A table that is in none of these lists fails a test. */
const TABLES = {
  performance: [
    'performance',
    'seat',
    'reservation',
    'claim_limit',
    'cancellation',
    'payment_attempt',
    'moving_chunk',
    'departure',
    'arrival',
  ],
  account: ['wallet', 'ledger_entry', 'settlement', 'profile', 'session', 'used_sign_in', 'blocked_account'],
  catalogue: ['venue', 'venue_seat', 'venue_seat_removed', 'concert', 'performance_grade', 'setting'],
  home: ['server', 'performance_server'],
  any: ['operator_action', 'lock_fence', 'schema_migration', 'this_server'],
} as const;

/** What the statements of a group may write, and what they may read besides. */
const RIGHTS: Readonly<
  Record<StatementGroup, { readonly writes: readonly string[]; readonly reads: readonly string[] }>
> = {
  performance: { writes: [...TABLES.performance, ...TABLES.any], reads: TABLES.catalogue },
  account: { writes: [...TABLES.account, ...TABLES.any], reads: ['setting'] },
  catalogue: { writes: [...TABLES.catalogue, ...TABLES.performance, ...TABLES.any], reads: [] },
  home: { writes: [...TABLES.home, ...TABLES.any], reads: [] },
  any: { writes: TABLES.any, reads: [] },
  'same-server': { writes: Object.values(TABLES).flat(), reads: [] },
};

const roleOf = (group: StatementGroup): string => `statements_of_${group.replace('-', '_')}`;

/** Without those of tests, which may share a process with this one. */
const statements = declaredStatements().filter(
  ({ name }) => !/^(test|deadline|retry_test|audit_test)_/.test(name),
);

describe('the statements of a group', () => {
  const client = new pg.Client({ connectionString: inject('templateUrl') });

  beforeAll(async () => {
    await client.connect();
    // Never committed: a role belongs to the whole server.
    await client.query('begin');
    for (const [group, { writes, reads }] of Object.entries(RIGHTS)) {
      const role = roleOf(group as StatementGroup);
      await client.query(`create role ${role}`);
      await client.query(`grant select, insert, update, delete on ${writes.join(', ')} to ${role}`);
      if (reads.length > 0) await client.query(`grant select on ${reads.join(', ')} to ${role}`);
    }
  });
  afterAll(() => client.end());

  /** Plans the statement as the group's role; PostgreSQL checks the rights before the first row. */
  const planAs = async (group: StatementGroup, { text, params }: Statement): Promise<string | undefined> => {
    await client.query('savepoint before');
    try {
      await client.query(`set local role ${roleOf(group)}`);
      if (text.startsWith('lock table')) {
        await client.query(text);
        return undefined;
      }
      const types = params.map((type) => type.replace(/\?$/, '')).join(', ');
      const nulls = params.map(() => 'null').join(', ');
      await client.query(`prepare planned ${types && `(${types})`} as ${text}`);
      await client.query('set local plan_cache_mode = force_generic_plan');
      await client.query(`explain execute planned ${nulls && `(${nulls})`}`);
      return undefined;
    } catch (error) {
      return (error as pg.DatabaseError).code;
    } finally {
      await client.query('rollback to before');
      await client.query('deallocate all');
    }
  };

  it.each(statements.map((declared) => [declared.name, declared.group, declared] as const))(
    '%s names no table but those of %s',
    async (_, group, declared) => {
      expect(await planAs(group, declared)).toBeUndefined();
    },
  );

  it.each(
    statements
      .filter(({ group }) => group === 'same-server')
      .map((declared) => [declared.name, declared] as const),
  )('%s needs performances and accounts, as it says', async (_, declared) => {
    expect(await planAs('performance', declared)).toBe('42501');
    expect(await planAs('account', declared)).toBe('42501');
  });

  it('leave no table out', async () => {
    const { rows } = await client.query<{ name: string }>(
      `select c.relname as name from pg_class as c
       where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') order by 1`,
    );
    expect(rows.map(({ name }) => name)).toEqual(Object.values(TABLES).flat().sort());
  });
});
