/** What the role may do in the database, and whether its schema is the program's. */
import { TABLES, schemaDifferences } from '../../audit/schema/compare.ts';
import { describeSchema } from '../../audit/schema/describe.ts';
import { migrationState } from '../../db/migrate.ts';
import type { Client } from '../../lib/pg-client.ts';
import type { Finding } from '../checks/finding.ts';
import { findingsOf } from '../checks/finding.ts';
import { counted } from '../shared/terminal.ts';
import { withDatabase } from '../shared/reach-database.ts';

const EXAMPLES_MAX = 3;

interface Rights {
  readonly role: string;
  readonly schema: string | null;
  readonly creates: boolean;
  readonly isStandby: boolean;
  readonly readsOnly: boolean;
  readonly encoding: string;
  /** Tables that the role may not read and write. */
  readonly closed: readonly string[];
  /** Tables that are another role's. */
  readonly foreign: readonly string[];
}

/** Findings for the role, the migrations and the schema. Throws the database's errors. */
export async function rightsFindings(client: Client, url: string): Promise<readonly Finding[]> {
  const rights = await readRights(client);
  const role = [roleFinding(rights), encodingFinding(rights)];
  // What it may not read cannot be compared.
  if (role.some(({ level }) => level === 'fail')) return role;
  const { pending, unknown } = await migrationState(client);
  return [
    ...role,
    migrationFinding(rights, pending, unknown),
    ...(pending.length > 0 || unknown.length > 0 ? [] : [await schemaFinding(url)]),
  ];
}

async function readRights(client: Client): Promise<Rights> {
  const { rows } = await client.query<Rights>(
    `
    with own as (
      select c.oid, c.relname::text as name, c.relowner
      from pg_class as c
      join pg_namespace as n on n.oid = c.relnamespace
      where n.nspname = current_schema() and c.relname = any($1)
    )
    select
      current_user::text as role,
      current_schema()::text as schema,
      coalesce(has_schema_privilege(current_schema(), 'create'), false) as creates,
      pg_is_in_recovery() as "isStandby",
      current_setting('default_transaction_read_only')::boolean as "readsOnly",
      current_setting('server_encoding') as encoding,
      (
        select coalesce(array_agg(o.name order by o.name), '{}')
        from own as o
        where not (
          has_table_privilege(o.oid, 'select') and has_table_privilege(o.oid, 'insert')
          and has_table_privilege(o.oid, 'update') and has_table_privilege(o.oid, 'delete')
        )
      ) as closed,
      (
        select coalesce(array_agg(o.name order by o.name), '{}')
        from own as o
        where not pg_has_role(o.relowner, 'usage')
      ) as foreign`,
    [[...TABLES, 'schema_migration']],
  );
  return rows[0]!;
}

function roleFinding({ role, schema, isStandby, readsOnly, closed }: Rights): Finding {
  const { ok, fail } = findingsOf('role');
  if (isStandby)
    return fail('the server is a standby, which takes no writes: name the primary in DATABASE_URL');
  if (readsOnly)
    return fail(
      `default_transaction_read_only is on: alter role "${role}" reset default_transaction_read_only`,
    );
  if (schema === null)
    return fail(
      `no schema of the search_path is open to the role "${role}": grant usage, create on schema public to it`,
    );
  if (closed.length > 0)
    return fail(
      `the role "${role}" may not read and write ${closed.slice(0, EXAMPLES_MAX).join(', ')}: grant select, insert, update, delete on all tables in schema ${schema} to it`,
    );
  return ok(`"${role}" may read and write`);
}

function encodingFinding({ encoding }: Rights): Finding {
  const { ok, fail } = findingsOf('encoding');
  return encoding === 'UTF8'
    ? ok('UTF8')
    : fail(
        `the database's encoding is ${encoding}, which lacks characters of titles: create it with encoding 'UTF8'`,
      );
}

function migrationFinding(
  { role, schema, creates, foreign }: Rights,
  pending: readonly string[],
  unknown: readonly string[],
): Finding {
  const { ok, warn, fail } = findingsOf('migrations');
  if (unknown.length > 0)
    return warn(`a newer Rowlock has migrated the database (${unknown.join(', ')}): run that version`);
  const mayMigrate = creates && foreign.length === 0;
  if (pending.length === 0)
    return ok(
      mayMigrate ? 'none is pending' : `none is pending; another role than "${role}" must run the next`,
    );
  const what = `${counted(pending.length, 'migration')} pending, from ${pending[0]}`;
  if (mayMigrate) return warn(`${what}: run "rowlock migrate", or let "rowlock serve" do it at its start`);
  const remedy = creates
    ? `run "rowlock migrate" as the owner of ${foreign[0]}`
    : `grant create on schema ${schema} to it`;
  return fail(`${what}, and the role "${role}" may not migrate: ${remedy}`);
}

async function schemaFinding(url: string): Promise<Finding> {
  const { ok, fail } = findingsOf('schema');
  const { violations } = await withDatabase(url, (database) =>
    database.connect(async (connection) => schemaDifferences(await describeSchema(connection))),
  );
  if (violations.length === 0) return ok('as the migrations make it');
  const more = violations.length - EXAMPLES_MAX;
  return fail(
    `${violations.slice(0, EXAMPLES_MAX).join('; ')}${more > 0 ? `; and ${more} more` : ''}: "rowlock audit" lists all; undo what was changed by hand`,
  );
}
