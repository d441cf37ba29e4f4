/** Compares a journal with the database: invariants 4 and 6, and what a client can see of 5. */
import type { Reader } from '../../db/database.ts';
import type { RowOf } from '../../db/statement.ts';
import { statement } from '../../db/statement.ts';
import type { Findings } from '../checks/checks.ts';
import type { Asked, JournaledRequests } from './requests.ts';
import { askedFor, expectationOf, moneyKeyOf, seatsAsText, wordsOf } from './requests.ts';

const PAGE_SIZE = 5_000;

/** Clocks drift and are corrected, so they may differ by this much more than was measured. */
const CLOCK_TOLERANCE_MS = 1_000;

/**
 * Compares the entries and reservations of the journal's accounts with their requests and answers, and then
 * finds acknowledged effects that are missing. Nobody asks for the refunds and releases of a cancelled performance. The rows come in pages, so that memory holds the journal's
 * requests but not the database.
 */
export async function compareJournal(
  reader: Reader,
  requests: JournaledRequests,
  findings: Findings,
): Promise<void> {
  const lead = await compareEntries(reader, requests, findings);
  await compareReservations(reader, requests, findings);
  for (const asked of everyAsked(requests)) {
    if (asked.acknowledged !== undefined && asked.effects === 0) {
      findings.add(4, `${wordsOf(asked)} was acknowledged and is not in the database`);
    }
    if (isLate(asked, lead))
      findings.add(6, `${wordsOf(asked)} was sent after the hold had expired, and is paid`);
  }
}

function* everyAsked({ money, holds, releases }: JournaledRequests): Iterable<Asked> {
  for (const scope of [money, holds, releases]) {
    for (const ofKey of scope.values()) yield* ofKey;
  }
}

/** The labels of seats of the performance `p`, as an SQL array; a removed seat keeps its label. */
const labelsOf = (seats: string): string => `array(
        select coalesce(v.label, removed.label, 'number ' || c.seat_number)
        from unnest(${seats}) as c (seat_number)
        left join venue_seat as v on v.venue_id = p.venue_id and v.seat_number = c.seat_number
        left join venue_seat_removed as removed
          on removed.venue_id = p.venue_id and removed.seat_number = c.seat_number
      )`;

// '~' follows every character of an account id, so the range is exactly the accounts with the prefix, and the
// primary key serves it page by page.
const readEntries = statement({
  name: 'audit_journal_entries',
  group: 'same-server',
  params: ['text', 'text', 'bigint', 'integer'],
  columns: {
    account_id: 'text',
    seq: 'bigint',
    kind: 'text',
    amount: 'bigint',
    balance_after: 'bigint',
    key: 'text',
    reservation_id: 'uuid?',
    labels: 'text[]',
    created_at: 'timestamp with time zone',
    expires_at: 'timestamp with time zone?',
    cancelled: 'boolean',
  },
  text: `
    select
      e.account_id, e.seq, e.kind::text as kind, e.amount, e.balance_after, e.key, e.reservation_id,
      ${labelsOf(`case when e.kind = 'refund' then r.refunded_seats[e.part + 1:coalesce((
          select min(n.part)
          from ledger_entry as n
          where n.account_id = e.account_id
            and n.kind = 'refund'
            and n.reservation_id = e.reservation_id
            and n.part > e.part
        ), cardinality(r.refunded_seats))] end`)} as labels,
      e.created_at, r.expires_at, p.cancelled_at is not null as cancelled
    from ledger_entry as e
    left join performance as p on p.performance_id = e.performance_id
    left join reservation as r on r.performance_id = e.performance_id and r.reservation_id = e.reservation_id
    where e.account_id >= $1 and e.account_id < $1 || '~' and (e.account_id, e.seq) > ($2, $3)
    order by e.account_id, e.seq
    limit $4::integer`,
});
type EntryRow = RowOf<(typeof readEntries)['columns']>;

/** Bounds on how far the database's clock is ahead of the client's, from the answered requests. */
interface ClockLead {
  msMin: number;
  msMax: number;
}

async function compareEntries(
  reader: Reader,
  requests: JournaledRequests,
  findings: Findings,
): Promise<ClockLead> {
  const lead: ClockLead = { msMin: -Infinity, msMax: Infinity };
  let from: readonly [accountId: string, seq: number] = ['', 0];
  for (;;) {
    const rows = await reader.read(readEntries, [requests.header.accountPrefix, ...from, PAGE_SIZE]);
    for (const row of rows) {
      const asked = compareEntry(row, requests, findings);
      if (asked?.acknowledged !== undefined) narrow(lead, row, asked.firstSentAt, asked.acknowledged.at);
    }
    const last = rows.at(-1);
    if (last === undefined) return lead;
    from = [last.account_id, last.seq];
  }
}

/** An entry is written after its request was first sent, and before the first acknowledgement. */
function narrow(lead: ClockLead, row: EntryRow, sentAt: number, acknowledgedAt: number): void {
  const writtenAt = row.created_at.getTime();
  lead.msMin = Math.max(lead.msMin, writtenAt - acknowledgedAt);
  lead.msMax = Math.min(lead.msMax, writtenAt - sentAt);
}

const KIND_OF = { topUp: 'top_up', pay: 'payment', refund: 'refund' } as const;

function kindOf(asked: Asked): string {
  return asked.op in KIND_OF ? KIND_OF[asked.op as keyof typeof KIND_OF] : asked.op;
}

/** Compares an entry, and returns the request whose effect it is. */
function compareEntry(row: EntryRow, requests: JournaledRequests, findings: Findings): Asked | undefined {
  const ofKey = requests.money.get(moneyKeyOf(row.account_id, row.key));
  const asked = askedFor(ofKey, (one) => isEffectOf(row, one)) ?? ofKey?.[0];
  const words = `entry ${row.seq} of ${row.account_id} (${row.kind}, key ${row.key})`;
  if (asked === undefined) {
    const isOperators = row.kind === 'refund' && row.cancelled;
    if (!isOperators && isSince(row.created_at, requests)) findings.add(4, `${words} was never asked for`);
    return undefined;
  }
  asked.effects += 1;
  if (row.kind === 'payment') asked.expiresAt = row.expires_at?.getTime();
  if (asked.effects > 1) findings.add(4, `${words} is the second effect of ${wordsOf(asked)}`);
  else if (!isEffectOf(row, asked)) findings.add(4, `${words} is not what was asked: ${wordsOf(asked)}`);
  else if (expectationOf(asked) === 'no effect')
    findings.add(6, `${wordsOf(asked)} was refused, but there is ${words}`);
  else if (!isEntryAnswered(row, asked)) findings.add(4, `${words} is not as it was acknowledged`);
  return asked;
}

function isEffectOf(row: EntryRow, asked: Asked): boolean {
  if (kindOf(asked) !== row.kind) return false;
  if (asked.op === 'topUp') return row.amount === asked.amount;
  if (row.reservation_id !== asked.reservationId) return false;
  return asked.op !== 'refund' || asked.seats === undefined || asked.seats === seatsAsText(row.labels);
}

function isEntryAnswered(row: EntryRow, { acknowledged, reservationId }: Asked): boolean {
  if (acknowledged === undefined) return true;
  const { seq, amount, balanceAfter, reservationId: answered } = acknowledged;
  return (
    (seq ?? row.seq) === row.seq &&
    (amount ?? Math.abs(row.amount)) === Math.abs(row.amount) &&
    (balanceAfter ?? row.balance_after) === row.balance_after &&
    (answered ?? reservationId) === reservationId
  );
}

/**
 * Whether a payment was first sent after its hold had expired; such a payment was late however long it took.
 * The client's clock says when it was sent, so the clocks are compared first. What the comparison leaves open
 * counts in the service's favour, and a clock that was set meanwhile counts for nothing.
 */
function isLate({ expiresAt, firstSentAt }: Asked, lead: ClockLead): boolean {
  if (expiresAt === undefined || lead.msMin > lead.msMax + CLOCK_TOLERANCE_MS) return false;
  return firstSentAt + lead.msMin - CLOCK_TOLERANCE_MS > expiresAt;
}

const readReservations = statement({
  name: 'audit_journal_reservations',
  group: 'performance',
  params: ['text', 'text', 'uuid', 'integer'],
  columns: {
    performance_id: 'text',
    reservation_id: 'uuid',
    account_id: 'text',
    state: 'text',
    amount: 'bigint',
    labels: 'text[]',
    expires_at: 'timestamp with time zone',
    created_at: 'timestamp with time zone',
    cancelled: 'boolean',
  },
  text: `
    select
      r.performance_id, r.reservation_id, r.account_id, r.state::text as state, r.amount,
      ${labelsOf('r.seat_ids')} as labels,
      r.expires_at, r.created_at, p.cancelled_at is not null as cancelled
    from reservation as r
    join performance as p on p.performance_id = r.performance_id
    where r.account_id >= $1 and r.account_id < $1 || '~' and (r.performance_id, r.reservation_id) > ($2, $3)
    order by r.performance_id, r.reservation_id
    limit $4::integer`,
});
type ReservationRow = RowOf<(typeof readReservations)['columns']>;

async function compareReservations(
  reader: Reader,
  requests: JournaledRequests,
  findings: Findings,
): Promise<void> {
  const { accountPrefix } = requests.header;
  let from: readonly [performanceId: string, reservationId: string] = [
    '',
    '00000000-0000-0000-0000-000000000000',
  ];
  for (;;) {
    const rows = await reader.read(readReservations, [accountPrefix, ...from, PAGE_SIZE]);
    for (const row of rows) {
      compareReservation(row, requests, findings);
      compareRelease(row, requests, findings);
    }
    const last = rows.at(-1);
    if (last === undefined) return;
    from = [last.performance_id, last.reservation_id];
  }
}

function compareReservation(row: ReservationRow, requests: JournaledRequests, findings: Findings): void {
  const ofKey = requests.holds.get(row.reservation_id);
  const asked = askedFor(ofKey, (one) => isHoldOf(row, one)) ?? ofKey?.[0];
  const words = `reservation ${row.reservation_id} of ${row.account_id}`;
  if (asked === undefined) {
    if (isSince(row.created_at, requests)) findings.add(4, `${words} was never asked for`);
    return;
  }
  asked.effects += 1;
  if (!isHoldOf(row, asked)) findings.add(4, `${words} is not what was asked: ${wordsOf(asked)}`);
  else if (expectationOf(asked) === 'no effect')
    findings.add(6, `${wordsOf(asked)} was refused, but there is ${words}`);
  else if (!isReservationAnswered(row, asked)) findings.add(4, `${words} is not as it was acknowledged`);
}

function isHoldOf(row: ReservationRow, asked: Asked): boolean {
  if (asked.accountId !== row.account_id || asked.performanceId !== row.performance_id) return false;
  return asked.seats === undefined || asked.seats === seatsAsText(row.labels);
}

function isReservationAnswered(row: ReservationRow, { acknowledged }: Asked): boolean {
  if (acknowledged === undefined) return true;
  const { reservationId, amount, seats, expiresAt } = acknowledged;
  return (
    (reservationId ?? row.reservation_id) === row.reservation_id &&
    (amount ?? row.amount) === row.amount &&
    seatsAsText(seats ?? row.labels) === seatsAsText(row.labels) &&
    (expiresAt === undefined || Date.parse(expiresAt) === row.expires_at.getTime())
  );
}

/** A reservation is released if that was acknowledged, and only if it was requested and not refused. */
function compareRelease(row: ReservationRow, requests: JournaledRequests, findings: Findings): void {
  const ofReservation = requests.releases.get(row.reservation_id);
  const asked = askedFor(ofReservation, (one) => one.accountId === row.account_id);
  const words = `reservation ${row.reservation_id} of ${row.account_id}`;
  if (asked !== undefined) asked.effects += 1;
  if (row.state !== 'released') {
    if (asked?.acknowledged !== undefined)
      findings.add(4, `${words} was acknowledged as released and is ${row.state}`);
  } else if (asked !== undefined) {
    if (expectationOf(asked) === 'no effect')
      findings.add(6, `${wordsOf(asked)} was refused, but it is released`);
  } else if (!row.cancelled && isSince(row.created_at, requests)) {
    findings.add(4, `${words} is released, which was never asked for`);
  }
}

/** Whether the journal covers the moment; its accounts may have existed before it began. */
function isSince(moment: Date, requests: JournaledRequests): boolean {
  return moment.getTime() >= requests.header.startedAt;
}
