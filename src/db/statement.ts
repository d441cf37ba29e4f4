import type { Bytes } from '../lib/bytes.ts';

/**
 * SQL types a statement may take or give, and what they are in TypeScript. `?` marks a column that may be
 * null. `bigint` is a safe integer (the tables' constraints keep it one); a timestamp is a Date, so values
 * that must come back unchanged are truncated to milliseconds where they are made.
 */
interface SqlTypes {
  boolean: boolean;
  integer: number;
  bigint: number;
  real: number;
  'double precision': number;
  text: string;
  uuid: string;
  bytea: Bytes;
  jsonb: unknown;
  xid8: string;
  'timestamp with time zone': Date;
  'integer[]': readonly number[];
  'bigint[]': readonly number[];
  'real[]': readonly number[];
  'text[]': readonly string[];
  'uuid[]': readonly string[];
  'bytea[]': readonly Bytes[];
  'timestamp with time zone[]': readonly Date[];
}
type SqlType = keyof SqlTypes;
type ColumnType = SqlType | `${SqlType}?`;
type ValueOf<T extends ColumnType> = T extends SqlType
  ? SqlTypes[T]
  : T extends `${infer Base extends SqlType}?`
    ? SqlTypes[Base] | null
    : never;

type Params = readonly ColumnType[];
type Columns = Readonly<Record<string, ColumnType>>;
export type ParamsOf<P extends Params> = { readonly [I in keyof P]: ValueOf<P[I]> };
export type RowOf<C extends Columns> = { readonly [K in keyof C]: ValueOf<C[K]> };

/**
 * The group of tables that a statement belongs to. Performances and accounts may be on different servers: a statement
 * runs where its group's rows are, so that it can't read another's. A test runs each under a role with the rights of its
 * group only (`statement-groups.pg.test.ts`).
 *
 * - `performance`: seats, reservations and limits of one performance; reads its venue and prices.
 * - `account`: wallets, ledger, profiles and sessions.
 * - `catalogue`: concerts, venues and what an import makes of them. Its rows are on their performances' server.
 * - `home`: the map of performances to servers, beside the accounts.
 * - `any`: no table at all, or one that every server has for itself (the operator log).
 * - `same-server`: both performances and accounts, for services whose rows are all on one server.
 */
export type StatementGroup = 'performance' | 'account' | 'catalogue' | 'home' | 'any' | 'same-server';

/**
 * A named prepared statement with the types of its parameters and columns. `Writes` tells a statement that
 * writes or locks rows from one that only reads: a connection that reads runs no other.
 */
export interface Statement<
  P extends Params = Params,
  C extends Columns = Columns,
  Writes extends boolean = boolean,
> {
  readonly name: string;
  readonly group: StatementGroup;
  readonly writes: Writes;
  readonly params: P;
  readonly columns: C;
  readonly text: string;
}

const registry = new Map<string, Statement>();

/**
 * Declares a statement; `writes: true` where it writes or locks rows. A test prepares every declared
 * statement against the migrated schema and compares the parameters, the columns and `writes` with what the
 * server and the text say.
 */
export function statement<
  const P extends Params,
  const C extends Columns,
  const Writes extends boolean = false,
>(definition: Omit<Statement<P, C>, 'writes'> & { readonly writes?: Writes }): Statement<P, C, Writes> {
  if (registry.has(definition.name)) throw new Error(`two statements are named ${definition.name}`);
  const declared = { ...definition, writes: (definition.writes ?? false) as Writes };
  registry.set(definition.name, declared);
  return declared;
}

/** Every statement declared by the modules loaded so far. */
export function declaredStatements(): readonly Statement[] {
  return [...registry.values()];
}

/** The form that pg sends: parsed once per connection under its name. */
export function toQuery<P extends Params, C extends Columns>(
  declared: Statement<P, C>,
  values: ParamsOf<P>,
): { readonly name: string; readonly text: string; values: unknown[] } {
  const { name, text, params } = declared;
  return {
    name,
    text,
    values: params.map((type, i) => (isPlainArray(type) ? arrayText(values[i]) : values[i])),
  };
}

/** Types of arrays whose elements need no quotes in an array's text form. */
const PLAIN_ARRAYS: ReadonlySet<ColumnType> = new Set(['integer[]', 'bigint[]', 'uuid[]']);

function isPlainArray(type: ColumnType): boolean {
  return PLAIN_ARRAYS.has(type);
}

/** pg would quote and escape each element on its own; a group's arrays have hundreds. */
function arrayText(elements: unknown): unknown {
  return Array.isArray(elements) ? `{${elements.join(',')}}` : elements;
}
