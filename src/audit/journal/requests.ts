/** Collects a journal's requests: each with how often it was sent, and its answers. */
import { reservationIdOf } from '../../domain/ids.ts';
import { isRefusal } from '../../domain/outcomes.ts';
import type { Findings } from '../checks/checks.ts';
import type { AnswerLine, JournalHeader, JournalLine, SentLine } from './format.ts';
import { JournalError } from './format.ts';

type Operation = SentLine['op'];

/** A request with its key, however often it was sent. */
export interface Asked {
  readonly op: Operation;
  readonly accountId: string;
  readonly key: string;
  readonly performanceId: string | undefined;
  /** The reservation to pay, refund or release; for a hold, the one that its key makes. */
  readonly reservationId: string | undefined;
  readonly amount: number | undefined;
  readonly seats: string | undefined;
  readonly firstSentAt: number;
  sent: number;
  /** Answers that promise that nothing was changed. */
  refused: number;
  /** The first acknowledgement. */
  acknowledged: AnswerLine | undefined;
  /** How many rows of the database are its effect; the comparison counts them. */
  effects: number;
  /** When the hold of a payment in the database expires. */
  expiresAt: number | undefined;
}

/** All requests with one key in one scope. A well-behaved client sends only one. */
type AskedOfKey = Asked[];

export interface JournaledRequests {
  readonly header: JournalHeader;
  /** Top-ups, payments and refunds by `moneyKeyOf`. */
  readonly money: ReadonlyMap<string, AskedOfKey>;
  /** Holds by the reservation that their key makes. */
  readonly holds: ReadonlyMap<string, AskedOfKey>;
  /** Releases by the reservation. */
  readonly releases: ReadonlyMap<string, AskedOfKey>;
}

/** Money moves in the scope of an account. An account id contains no line break. */
export function moneyKeyOf(accountId: string, key: string): string {
  return `${accountId}\n${key}`;
}

/** Seats as one text, in any order. */
export function seatsAsText(labels: readonly string[]): string {
  return [...labels].sort().join('\n');
}

/** Whether the effect of the request must be, must not be or may be in the database. */
export function expectationOf(asked: Asked): 'effect' | 'no effect' | 'unknown' {
  if (asked.acknowledged !== undefined) return 'effect';
  return asked.refused === asked.sent ? 'no effect' : 'unknown';
}

/**
 * The request that a row is the effect of, if any fits. A client may use one key for two requests that both
 * fit (it named seats after it had let the service choose): the effect belongs to the one that had it, rather
 * than to one that was refused.
 */
export function askedFor(
  ofKey: readonly Asked[] | undefined,
  fits: (asked: Asked) => boolean,
): Asked | undefined {
  const fitting = ofKey?.filter(fits) ?? [];
  const thatMay = (expectation: string): Asked | undefined =>
    fitting.find((asked) => expectationOf(asked) === expectation);
  return thatMay('effect') ?? thatMay('unknown') ?? fitting[0];
}

/** Describes a request for a finding. */
export function wordsOf(asked: Asked): string {
  const { op, accountId, key, reservationId } = asked;
  const object = reservationId === undefined ? '' : ` of reservation ${reservationId}`;
  return `${op}${object} by ${accountId}${key === '' ? '' : ` with key ${key}`}`;
}

/**
 * Reads a journal to its end. Two different facts for one key are a finding of invariant 5. Throws
 * `JournalError` for a journal that contradicts itself, and the errors of reading it.
 */
export async function collectRequests(
  journal: AsyncIterable<JournalLine>,
  findings: Findings,
): Promise<JournaledRequests> {
  const money = new Map<string, AskedOfKey>();
  const holds = new Map<string, AskedOfKey>();
  const releases = new Map<string, AskedOfKey>();
  const waiting = new Map<number, Asked>();
  let header: JournalHeader | undefined;
  for await (const line of journal) {
    if (line.t === 'journal') header = line;
    else if (line.t === 'answer') {
      const asked = waiting.get(line.id);
      if (asked === undefined)
        throw new JournalError(`the journal answers request ${line.id}, which was not sent`);
      waiting.delete(line.id);
      noteAnswer(asked, line, findings);
    } else {
      if (header === undefined || !line.accountId.startsWith(header.accountPrefix)) {
        throw new JournalError(
          `the journal's request ${line.id} is of account ${line.accountId}, not one of its own`,
        );
      }
      const scope = line.op === 'hold' ? holds : line.op === 'release' ? releases : money;
      waiting.set(line.id, noteSent(scope, line));
    }
  }
  if (header === undefined) throw new JournalError('the journal is empty');
  findTwoAnswers([money, holds], findings);
  return { header, money, holds, releases };
}

function noteSent(scope: Map<string, AskedOfKey>, line: SentLine): Asked {
  const asking = askedOf(line);
  const name = scopedKeyOf(asking);
  const ofKey = scope.get(name);
  const asked = ofKey?.find((other) => isSameRequest(other, asking)) ?? asking;
  if (ofKey === undefined) scope.set(name, [asked]);
  else if (asked === asking) ofKey.push(asked);
  asked.sent += 1;
  return asked;
}

function scopedKeyOf(asked: Asked): string {
  if (asked.op === 'hold' || asked.op === 'release') return asked.reservationId ?? '';
  return moneyKeyOf(asked.accountId, asked.key);
}

function askedOf(line: SentLine): Asked {
  const { op, accountId, key = '' } = line;
  const performanceId = line.op === 'topUp' ? undefined : line.performanceId;
  let reservationId: string | undefined;
  if (line.op === 'hold') reservationId = reservationIdOf(line.performanceId, accountId, line.key);
  else if (line.op !== 'topUp') reservationId = line.reservationId;
  return {
    op,
    accountId,
    key,
    performanceId,
    reservationId,
    amount: line.op === 'topUp' ? line.amount : undefined,
    seats: 'seats' in line && line.seats !== undefined ? seatsAsText(line.seats) : undefined,
    firstSentAt: line.at,
    sent: 0,
    refused: 0,
    acknowledged: undefined,
    effects: 0,
    expiresAt: undefined,
  };
}

function isSameRequest(one: Asked, other: Asked): boolean {
  return (
    one.op === other.op &&
    one.accountId === other.accountId &&
    one.performanceId === other.performanceId &&
    one.reservationId === other.reservationId &&
    one.amount === other.amount &&
    one.seats === other.seats
  );
}

const SUCCESS = {
  topUp: 'topped_up',
  hold: 'held',
  pay: 'paid',
  refund: 'refunded',
  release: 'released',
} as const satisfies Record<Operation, string>;

function noteAnswer(asked: Asked, line: AnswerLine, findings: Findings): void {
  if (line.outcome === SUCCESS[asked.op]) {
    if (asked.acknowledged === undefined) asked.acknowledged = line;
    else if (!isSameAnswer(asked.acknowledged, line)) {
      findings.add(5, `${wordsOf(asked)} was answered with two different facts`);
    }
  } else if (isDefinite(line.outcome)) asked.refused += 1;
}

/** These two refusals leave the outcome open, and so does an answer that is no refusal. */
function isDefinite(outcome: string): boolean {
  return isRefusal({ outcome }) && outcome !== 'outcome_unknown' && outcome !== 'internal';
}

function isSameAnswer(one: AnswerLine, other: AnswerLine): boolean {
  return (
    one.reservationId === other.reservationId &&
    one.seq === other.seq &&
    one.amount === other.amount &&
    one.balanceAfter === other.balanceAfter &&
    one.expiresAt === other.expiresAt &&
    seatsAsText(one.seats ?? []) === seatsAsText(other.seats ?? [])
  );
}

function findTwoAnswers(scopes: readonly ReadonlyMap<string, AskedOfKey>[], findings: Findings): void {
  for (const scope of scopes) {
    for (const ofKey of scope.values()) {
      const [first, second] = ofKey.filter((asked) => asked.acknowledged !== undefined);
      if (first === undefined || second === undefined) continue;
      findings.add(5, `one key had two effects: ${wordsOf(first)}, and ${wordsOf(second)}`);
    }
  }
}
