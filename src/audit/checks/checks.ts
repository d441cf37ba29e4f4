/**
 * What the invariants' queries have in common. Each returns a row per violation to describe, up to a limit, and in each
 * row the number of all violations. They work on sets: hash joins and windows over whole tables, so that
 * an audit of a few performances of 50,000 seats and a million ledger entries takes seconds.
 */
import type { Statement } from '../../db/statement.ts';
import type { InvariantNumber } from './findings.ts';

interface ViolationColumns {
  readonly violations: 'bigint';
  readonly example: 'text';
  readonly [column: string]: 'bigint' | 'text';
}

/** A check of rows that don't depend on the time. $1: how many violations to describe. */
export interface TimelessCheck {
  readonly invariant: InvariantNumber;
  readonly statement: Statement<readonly ['integer'], ViolationColumns>;
}

/** A check in which a hold may have expired. $2: the audit's one moment, see `auditDatabase`. */
export interface TimedCheck {
  readonly invariant: InvariantNumber;
  readonly statement: Statement<readonly ['integer', 'timestamp with time zone'], ViolationColumns>;
}

export const VIOLATION_COLUMNS = { violations: 'bigint', example: 'text' } as const;
