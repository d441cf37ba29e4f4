/** What an audit reports. */
import type { Findings, InvariantNumber } from './checks/checks.ts';

export interface InvariantReport {
  readonly number: InvariantNumber;
  readonly title: string;
  readonly violations: number;
  /** A sentence each, naming the rows. */
  readonly examples: readonly string[];
  /**
   * False without a journal that it needs; violations that show without the journal still count. False, too, for all but
   * the ninth where the schema lacks what the checks read.
   */
  readonly checked: boolean;
}

export interface AuditReport {
  /** No violation of any invariant. */
  readonly clean: boolean;
  /** The database's time of the snapshot; of several servers, that of the home. */
  readonly checkedAt: Date;
  readonly counts: {
    readonly performances: number;
    readonly seats: number;
    readonly reservations: number;
    readonly wallets: number;
    readonly entries: number;
  };
  readonly invariants: readonly InvariantReport[];
  /** The servers, if there are several, each with the time of its own snapshot. */
  readonly servers?: readonly AuditedServer[];
}

/** A server, as the audit saw it. */
export interface AuditedServer {
  readonly name: string;
  readonly checkedAt: Date;
}

const TITLES = {
  1: 'A seat has at most one live claim',
  2: 'Confirmed, sold and paid are one; so are refunded and repaid',
  3: 'A balance is the sum of its ledger, without gaps',
  4: 'What was acknowledged is there, exactly once',
  5: 'A key has one effect and one answer',
  6: 'A refusal changed nothing; no expired hold is paid',
  7: "A performance has exactly its map's seats",
  8: 'No account exceeds its seat limit',
  9: 'The schema is what the migrations make',
} as const satisfies Record<InvariantNumber, string>;

const NEEDS_JOURNAL: ReadonlySet<InvariantNumber> = new Set([4, 6]);

/** What an audit has seen, besides its findings. */
export interface Seen extends Pick<AuditReport, 'checkedAt' | 'counts' | 'servers'> {
  /** Whether the schema has all that the checks read. */
  readonly isReadable: boolean;
  readonly hasJournal: boolean;
}

/** The report of what was found and seen. */
export function reportOf(findings: Findings, { isReadable, hasJournal, ...seen }: Seen): AuditReport {
  const invariants = ([1, 2, 3, 4, 5, 6, 7, 8, 9] as const).map((number) => ({
    number,
    title: TITLES[number],
    ...findings.of(number),
    checked: number === 9 || (isReadable && (hasJournal || !NEEDS_JOURNAL.has(number))),
  }));
  const clean = invariants.every((invariant) => invariant.violations === 0);
  return { clean, ...seen, invariants };
}
