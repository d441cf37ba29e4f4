/**
 * Declares the invariants' queries. Each returns at most $1 violations to describe, and in each row the
 * number of all. They work on sets (hash joins and windows over whole tables), so that an audit of a few
 * performances of 50,000 seats and a million ledger entries takes seconds.
 */
import { statement } from '../../db/statement.ts';
import type { StatementGroup } from '../../db/statement.ts';

export type InvariantNumber = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

const VIOLATION_COLUMNS = { violations: 'bigint', example: 'text' } as const;

export type TimelessCheck = ReturnType<typeof timelessCheck>;
export type TimedCheck = ReturnType<typeof timedCheck>;

const LIMIT = '\n    limit $1::integer';

/** Declares a check of rows that don't depend on the time. */
export function timelessCheck(invariant: InvariantNumber, group: StatementGroup, name: string, rows: string) {
  return {
    invariant,
    statement: statement({
      name,
      group,
      params: ['integer'],
      columns: VIOLATION_COLUMNS,
      text: rows + LIMIT,
    }),
  };
}

/** Declares a check in which a hold may have expired. $2: the audit's one moment (see `auditDatabase`). */
export function timedCheck(invariant: InvariantNumber, group: StatementGroup, name: string, rows: string) {
  const params = ['integer', 'timestamp with time zone'] as const;
  return {
    invariant,
    statement: statement({ name, group, params, columns: VIOLATION_COLUMNS, text: rows + LIMIT }),
  };
}

/**
 * Declares a check of performances against accounts. Where they are on different servers, its rows may disagree because a payment
 * is on its way from one to the other: each violation names its reservation, so that it can be looked at again.
 */
export function acrossCheck(invariant: InvariantNumber, name: string, rows: string) {
  return {
    invariant,
    statement: statement({
      name,
      group: 'same-server',
      params: ['integer'],
      columns: { ...VIOLATION_COLUMNS, reservation_id: 'uuid' },
      text: rows + LIMIT,
    }),
  };
}

export type AcrossCheck = ReturnType<typeof acrossCheck>;

/** Collects violations: a count for each invariant, and sentences for the first few. */
export interface Findings {
  /** How many violations of each invariant the audit describes. */
  readonly examplesMax: number;
  add(invariant: InvariantNumber, example: string): void;
  /** Adds many violations; only the examples are described. */
  addMany(invariant: InvariantNumber, violations: number, examples: readonly string[]): void;
  of(invariant: InvariantNumber): { readonly violations: number; readonly examples: readonly string[] };
  /** The same findings, for what is found on one of several servers: the sentences name it. */
  on(server: string): Findings;
}

export function createFindings(examplesMax: number): Findings {
  const found = new Map<InvariantNumber, { violations: number; examples: string[] }>();
  const addMany: Findings['addMany'] = (invariant, violations, examples) => {
    const sofar = found.get(invariant) ?? { violations: 0, examples: [] };
    found.set(invariant, sofar);
    sofar.violations += violations;
    sofar.examples.push(...examples.slice(0, examplesMax - sofar.examples.length));
  };
  const findings: Findings = {
    examplesMax,
    add: (invariant, example) => addMany(invariant, 1, [example]),
    addMany,
    of: (invariant) => found.get(invariant) ?? { violations: 0, examples: [] },
    on: (server) => {
      const named = (example: string): string => `${server}: ${example}`;
      return {
        ...findings,
        add: (invariant, example) => addMany(invariant, 1, [named(example)]),
        addMany: (invariant, violations, examples) => addMany(invariant, violations, examples.map(named)),
      };
    },
  };
  return findings;
}
