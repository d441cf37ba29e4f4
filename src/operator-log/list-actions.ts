/** Reads the operator log, newest first. */
import type { Reader } from '../db/database.ts';
import { statement } from '../db/statement.ts';

/** A row of the operator log. */
export interface OperatorAction {
  /** Rises from action to action, with gaps. */
  readonly id: number;
  readonly at: Date;
  /** The account that asked for it, `command line: …`, or null when a program named nobody. */
  readonly actor: string | null;
  /** One of `ACTIONS`; a later version may have noted others. */
  readonly action: string;
  readonly performanceId: string | null;
  readonly concertId: string | null;
  readonly reservationId: string | null;
  readonly accountId: string | null;
  readonly details: Readonly<Record<string, unknown>>;
  /** The request's id in the service's log. */
  readonly requestId: string | null;
}

export interface ActionPage {
  readonly actions: readonly OperatorAction[];
  /** Where the next page begins; undefined on the last page. */
  readonly before: number | undefined;
}

const COLUMNS = {
  id: 'bigint',
  at: 'timestamp with time zone',
  actor: 'text?',
  action: 'text',
  performance_id: 'text?',
  concert_id: 'text?',
  reservation_id: 'uuid?',
  account_id: 'text?',
  details: 'jsonb',
  request_id: 'text?',
} as const;

const SELECT = `
    select
      a.action_id as id,
      a.at,
      a.actor,
      a.action,
      a.performance_id::text as performance_id,
      a.concert_id::text as concert_id,
      a.reservation_id,
      a.account_id::text as account_id,
      a.details,
      a.request_id
    from operator_action as a`;

const listAll = statement({
  name: 'operator_action_list',
  group: 'any',
  params: ['bigint', 'integer'],
  columns: COLUMNS,
  text: `${SELECT}
    where a.action_id < $1
    order by a.action_id desc
    limit $2::integer`,
});

// Another statement than the list of all: one plan for both would read the whole log for a performance with few rows.
const listOfPerformance = statement({
  name: 'operator_action_list_of_performance',
  group: 'any',
  params: ['bigint', 'integer', 'text'],
  columns: COLUMNS,
  text: `${SELECT}
    where a.performance_id = $3 and a.action_id < $1
    order by a.action_id desc
    limit $2::integer`,
});

/** Reads a page of at most `limit` actions below the id `before`: of one performance, or of all. */
export async function listActions(
  reader: Reader,
  page: { readonly before?: number | undefined; readonly limit: number },
  performanceId?: string,
): Promise<ActionPage> {
  const before = page.before ?? Number.MAX_SAFE_INTEGER;
  // One more row than asked for tells whether there is another page.
  const rows =
    performanceId === undefined
      ? await reader.read(listAll, [before, page.limit + 1])
      : await reader.read(listOfPerformance, [before, page.limit + 1, performanceId]);
  const actions = rows.slice(0, page.limit).map((row) => ({
    id: row.id,
    at: row.at,
    actor: row.actor,
    action: row.action,
    performanceId: row.performance_id,
    concertId: row.concert_id,
    reservationId: row.reservation_id,
    accountId: row.account_id,
    details: row.details as Readonly<Record<string, unknown>>,
    requestId: row.request_id,
  }));
  return { actions, before: rows.length > page.limit ? actions.at(-1)?.id : undefined };
}
