/** Describes the schema of a database, object by object, alike on every supported PostgreSQL. */
import type { Reader } from '../../db/database.ts';
import { statement } from '../../db/statement.ts';

/** What each object is, by its name, such as `column seat.version`. */
export type SchemaDescription = Readonly<Record<string, string>>;

// PostgreSQL 18 makes a constraint of every NOT NULL (contype n), older ones an attribute of the column: only the attribute
// is described. Index definitions name the schema, which is not always the same.
const describe = statement({
  name: 'audit_schema',
  group: 'any',
  params: [],
  columns: { object: 'text', definition: 'text' },
  text: `
    with own as (
      select c.oid, c.relname::text as name
      from pg_class as c
      where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
        and c.relname <> 'schema_migration'
    )
    select 'table ' || o.name as object, 'table' as definition
    from own as o
    union all
    select
      'column ' || o.name || '.' || a.attname,
      format_type(a.atttypid, a.atttypmod)
        || case when a.attnotnull then ' not null' else '' end
        || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
    from own as o
    join pg_attribute as a on a.attrelid = o.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef as d on d.adrelid = o.oid and d.adnum = a.attnum
    union all
    select 'constraint ' || c.conname || ' of ' || coalesce(o.name, t.typname), pg_get_constraintdef(c.oid)
    from pg_constraint as c
    left join own as o on o.oid = c.conrelid
    left join pg_type as t on t.oid = c.contypid
    where c.connamespace = current_schema()::regnamespace
      and c.contype <> 'n'
      and (o.oid is not null or t.oid is not null)
    union all
    select
      case when i.indisunique then 'unique index ' else 'index ' end || x.relname || ' of ' || o.name,
      replace(pg_get_indexdef(i.indexrelid), current_schema() || '.', '')
        || case when i.indisvalid then '' else ' invalid' end
    from own as o
    join pg_index as i on i.indrelid = o.oid
    join pg_class as x on x.oid = i.indexrelid
    union all
    select 'trigger ' || t.tgname || ' of ' || o.name, replace(pg_get_triggerdef(t.oid), current_schema() || '.', '')
    from own as o
    join pg_trigger as t on t.tgrelid = o.oid and not t.tgisinternal
    union all
    select
      'function ' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')',
      pg_get_function_result(p.oid) || ' ' || p.provolatile::text || ' ' || trim(p.prosrc)
    from pg_proc as p
    where p.pronamespace = current_schema()::regnamespace
    union all
    select 'type ' || t.typname, string_agg(e.enumlabel, ', ' order by e.enumsortorder)
    from pg_type as t
    join pg_enum as e on e.enumtypid = t.oid
    where t.typnamespace = current_schema()::regnamespace
    group by t.typname
    union all
    select
      'domain ' || t.typname,
      format_type(t.typbasetype, t.typtypmod) || coalesce(' collate ' || l.collname, '')
    from pg_type as t
    left join pg_collation as l on l.oid = t.typcollation
    where t.typnamespace = current_schema()::regnamespace and t.typtype = 'd'
    order by 1`,
});

export async function describeSchema(reader: Reader): Promise<SchemaDescription> {
  const rows = await reader.read(describe, []);
  return Object.fromEntries(rows.map(({ object, definition }) => [object, definition]));
}
