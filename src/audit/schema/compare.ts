/** Compares a database's schema with what the migrations make. */
import { withoutNestedAnds } from './conjunctions.ts';
import type { SchemaDescription } from './describe.ts';
import { EXPECTED_SCHEMA } from './expected.ts';

export interface SchemaDifferences {
  /** A sentence each. */
  readonly violations: readonly string[];
  /** False where a statement of the other checks would fail. */
  readonly isReadable: boolean;
  /** There is not one of the service's tables: no migration has run. */
  readonly isEmpty: boolean;
}

/** The tables that the service needs. */
export const TABLES: readonly string[] = Object.keys(EXPECTED_SCHEMA)
  .filter((object) => object.startsWith('table '))
  .map((object) => object.slice('table '.length));

/**
 * Names what is missing, what was changed, and what was added to the service's own tables and changes what may be written:
 * a column, a constraint, a unique index, a trigger. Everything else that an operator adds is the operator's own.
 */
export function schemaDifferences(found: SchemaDescription): SchemaDifferences {
  const violations: string[] = [];
  let isReadable = true;
  for (const [object, expected] of Object.entries(EXPECTED_SCHEMA)) {
    const present = found[object];
    if (present === expected || isSameConstraint(object, present, expected)) continue;
    if (/^(?:table|column|type|function) /.test(object)) isReadable = false;
    if (present === undefined) violations.push(`${object} is missing`);
    else violations.push(`${object} was changed: it is ${present}, and should be ${expected}`);
  }
  for (const object of Object.keys(found)) {
    if (!(object in EXPECTED_SCHEMA) && constrainsOurs(object)) {
      violations.push(`${object} is not of the migrations`);
    }
  }
  return { violations, isReadable, isEmpty: TABLES.every((table) => !(`table ${table}` in found)) };
}

/** A constraint that went through a dump says the same in other words. */
function isSameConstraint(object: string, present: string | undefined, expected: string): boolean {
  return (
    object.startsWith('constraint ') &&
    present !== undefined &&
    withoutNestedAnds(present) === withoutNestedAnds(expected)
  );
}

function constrainsOurs(object: string): boolean {
  const column = /^column (.+)\./.exec(object)?.[1];
  const table = column ?? /^(?:constraint|unique index|trigger) .+ of (.+)$/.exec(object)?.[1];
  return table !== undefined && TABLES.includes(table);
}
