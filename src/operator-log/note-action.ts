/**
 * Notes what an operator did, in the transaction that does it: the log has a row for each privileged write that was
 * committed, and none for one that was not.
 */
import type { Transaction } from '../db/database.ts';
import { statement } from '../db/statement.ts';

/** Every action that is noted. */
export const ACTIONS = [
  'catalogue_imported',
  'concert_hidden',
  'concert_listed',
  'sale_opened',
  'sale_paused',
  'sale_closed',
  'performance_cancelled',
  'reservation_refunded',
  'hold_released',
  'top_up_reversed',
  'account_blocked',
  'account_unblocked',
  'profile_erased',
  'sessions_ended',
] as const;

export type Action = (typeof ACTIONS)[number];

/** On whose behalf an operator's request is made; the log keeps it. */
export interface By {
  /** The account that asks for it. */
  readonly actor?: string | undefined;
  /** The request's id in the service's log. */
  readonly requestId?: string | undefined;
}

/** What was done, and to what. */
export interface Noted {
  readonly action: Action;
  readonly performanceId?: string | undefined;
  readonly concertId?: string | undefined;
  readonly reservationId?: string | undefined;
  readonly accountId?: string | undefined;
  /** At most a few kB of JSON; `boundedList` cuts a list that may be long. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

const note = statement({
  name: 'operator_action_note',
  group: 'any',
  writes: true,
  params: ['text?', 'text', 'text?', 'text?', 'uuid?', 'text?', 'jsonb', 'text?'],
  columns: {},
  text: `
    insert into operator_action (
      actor, action, performance_id, concert_id, reservation_id, account_id, details, request_id
    )
    values ($1, $2, $3, $4, $5, $6, $7, $8)`,
});

/** Notes the action in the transaction `tx`, which must be the one that carries it out. */
export async function noteAction(tx: Transaction, by: By, noted: Noted): Promise<void> {
  const { action, performanceId, concertId, reservationId, accountId, details = {} } = noted;
  await tx.run(note, [
    by.actor ?? null,
    action,
    performanceId ?? null,
    concertId ?? null,
    reservationId ?? null,
    accountId ?? null,
    JSON.stringify(details),
    by.requestId ?? null,
  ]);
}

/** How many names of a list the log keeps. */
const LISTED_MAX = 50;

/** The first of a list that may be long, with how many there are. */
export function boundedList(names: readonly string[]): {
  readonly count: number;
  readonly first: readonly string[];
} {
  return { count: names.length, first: names.slice(0, LISTED_MAX) };
}
