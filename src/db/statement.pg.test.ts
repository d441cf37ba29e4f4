import { describe, expect, it } from 'vitest';
import pg from 'pg';
import { inject } from 'vitest';
import type { Connection } from 'pg';
import { declaredStatements } from './statement.ts';

// Loading every module of the program declares every statement.
const modules = import.meta.glob([
  '../{operations,seats,catalogue,audit,box-office,lab,bench}/**/*.ts',
  '!**/*.test.ts',
  // It imports as soon as it is loaded.
  '!**/import/worker.ts',
]);
await Promise.all(Object.values(modules).map((load) => load()));

/** Parses and describes a statement on the server, without running it. */
class Describe {
  readonly name: string;
  readonly text: string;
  columns: string[] = [];
  readonly done: Promise<void>;
  #resolve!: () => void;
  #reject!: (error: Error) => void;
  constructor(name: string, text: string) {
    this.name = name;
    this.text = text;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }
  submit(connection: Connection): void {
    const wire = connection as unknown as Record<'parse' | 'describe' | 'sync', (message?: object) => void>;
    wire.parse({ name: this.name, text: this.text, types: [] });
    wire.describe({ type: 'S', name: this.name });
    wire.sync();
  }
  handleRowDescription(message: { fields: { name: string; dataTypeID: number }[] }): void {
    this.columns = message.fields.map((field) => `${field.name} ${field.dataTypeID}`);
  }
  handleError(error: Error): void {
    this.#reject(error);
  }
  handleReadyForQuery(): void {
    this.#resolve();
  }
}

async function withClient<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: inject('templateUrl') });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Without those of tests, which may share a process with this one. */
function programStatements(): ReturnType<typeof declaredStatements> {
  return declaredStatements().filter(({ name }) => !name.startsWith('test_'));
}

describe('declared statements', () => {
  it.each(programStatements().map((declared) => [declared.name, declared] as const))(
    '%s takes and gives the types it declares',
    async (_, declared) => {
      await withClient(async (client) => {
        const described = new Describe(declared.name, declared.text);
        client.query(described as unknown as pg.Submittable);
        await described.done;
        const { rows } = await client.query<{ params: string[] }>(
          `select parameter_types::text[] as params from pg_prepared_statements where name = $1`,
          [declared.name],
        );
        expect(rows[0]?.params.map(baseType)).toEqual(declared.params.map(bare));
        const expected = Object.entries(declared.columns).map(([name, type]) => [name, bare(type)] as const);
        const oids = await client.query<{ oid: number }>(
          `select t.type::regtype::oid::int as oid from unnest($1::text[]) with ordinality as t (type, i) order by t.i`,
          [expected.map(([, type]) => type)],
        );
        expect(described.columns).toEqual(expected.map(([name], i) => `${name} ${oids.rows[i]?.oid}`));
      });
    },
  );

  // The server's own word: the plan of a statement that writes or locks rows has a node that does.
  it.each(programStatements().map((declared) => [declared.name, declared] as const))(
    '%s writes or locks rows if and only if it says so',
    async (_, { params, text, writes }) => {
      await withClient(async (client) => {
        if (text.startsWith('lock table')) return expect(writes).toBe(true);
        const list = (items: readonly string[]): string =>
          items.length === 0 ? '' : `(${items.join(', ')})`;
        await client.query(`prepare planned ${list(params.map(bare))} as ${text}`);
        const nothing = list(params.map(() => 'null'));
        await client.query('set plan_cache_mode = force_generic_plan');
        const { rows } = await client.query<Record<string, unknown>>(`explain execute planned${nothing}`);
        const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
        // What a plan does not show: functions, and a lock of rows that the planner knows not to exist.
        const isHidden = /\b(set_config|pg_advisory_xact_lock|pg_logical_emit_message)\(|for key share/.test(
          text,
        );
        expect(/\b(Insert|Update|Delete|LockRows)\b/.test(plan) || isHidden).toBe(writes);
      });
    },
  );

  it('are many', () => {
    expect(programStatements().length).toBeGreaterThan(20);
  });
});

/** A type without the mark of what may be null. */
function bare(type: string): string {
  return type.replace(/\?$/, '');
}

/** The tables' domains are text to a program. */
function baseType(type: string): string {
  return ['catalogue_id', 'account_id', 'idempotency_key'].includes(type) ? 'text' : type;
}
