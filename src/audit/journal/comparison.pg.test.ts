/** Compares a client's answers with the database: every possible difference, and the lawful cases. */
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../test/support/catalogue.ts';
import { useDatabase } from '../../../test/support/database.ts';
import { journalOf, openJournaledClient } from '../../../test/support/journaled-client.ts';
import { giveMoney, holdCommand } from '../../../test/support/fixture.ts';
import type { HoldCommand } from '../../operations/hold/hold.ts';
import { auditDatabase } from '../audit.ts';
import type { AnswerLine, JournalHeader, JournalLine, SentLine } from './format.ts';
import { JournalError } from './format.ts';

const database = useDatabase();

/** The journal of a buyer whose requests all had their effect, and of one whose hold was refused. */
let lines: readonly JournalLine[] = [];

beforeAll(async () => {
  const performanceId = await plantPerformance(database, { price: 1_000 });
  await giveMoney(database, 'stranger', 5);
  const client = openJournaledClient(database, 'j-');
  const hold = async (accountId: string, seats: readonly number[]): Promise<HoldCommand> => {
    const key = randomUUID();
    const command = holdCommand({ performanceId, accountId, seats, key });
    await client.hold(command, key);
    return command;
  };
  await client.topUp('j-1', 5_000);
  const bought = await hold('j-1', [1, 2]);
  await client.pay(bought);
  await client.release(await hold('j-1', [3]));
  await hold('j-2', [4]);
  await hold('j-3', [4]);
  await client.refund(bought);
  await client.topUp('j-4', 3_000);
  const partly = await hold('j-4', [5, 6, 7]);
  await client.pay(partly);
  await client.refund(partly, [6]);
  await client.refund(partly);
  lines = await client.end();
});

type Sent = SentLine & { readonly op: string };
type Lines = readonly JournalLine[];

const isSent = (line: JournalLine, op: string): line is Sent => line.t === 'sent' && line.op === op;

/** The first request of an operation, and its answer. */
function pairOf(op: string, from: Lines = lines): { sent: SentLine; answer: AnswerLine } {
  const sent = from.find((line): line is Sent => isSent(line, op));
  const answer = from.find((line): line is AnswerLine => line.t === 'answer' && line.id === sent?.id);
  if (sent === undefined || answer === undefined) throw new Error(`the journal has no ${op}`);
  return { sent, answer };
}

/** The refund of some of a reservation's seats. */
function partRefund(): JournalLine {
  const sent = lines.find((line) => isSent(line, 'refund') && 'seats' in line);
  if (sent === undefined) throw new Error('the journal has no refund of some seats');
  return sent;
}

const replace = (line: JournalLine, changed: Readonly<Record<string, unknown>>): Lines =>
  lines.map((other) => (other === line ? { ...line, ...changed } : other));
const answering = (op: string, changed: Partial<AnswerLine>): Lines => replace(pairOf(op).answer, changed);
const without = (...gone: readonly JournalLine[]): Lines => lines.filter((line) => !gone.includes(line));

/** Repeats the first request of an operation, with an answer if given. */
function again(
  op: string,
  sent: Partial<Sent>,
  answer: Partial<AnswerLine> | undefined,
  from = lines,
): Lines {
  const pair = pairOf(op);
  const resent = { ...pair.sent, ...sent, id: 1_000 } as SentLine;
  return [...from, resent, ...(answer === undefined ? [] : [{ ...pair.answer, ...answer, id: 1_000 }])];
}

/** Another request with the key of the first of an operation, sent before it, with an answer if given. */
function before(op: string, sent: Partial<Sent>, answer: Partial<AnswerLine> | undefined): Lines {
  const [header, ...rest] = lines;
  const added = again(op, sent, answer).slice(lines.length);
  return [header as JournalHeader, ...added, ...rest];
}

/** All lines as a clock would mark them that is ahead by this much. */
const byClock = (from: Lines, aheadMs: number): Lines =>
  from.map((line) =>
    line.t === 'journal'
      ? { ...line, startedAt: line.startedAt + aheadMs }
      : { ...line, at: line.at + aheadMs },
  );

/** Makes the hold expire this long before its payment was sent, in the database and in the hold's answer. */
async function expireBeforePayment(lateMs: number): Promise<Lines> {
  const { reservationId } = pairOf('hold').answer;
  const [entry] = await database.sql<{ created_at: Date }>(
    `select created_at from ledger_entry where kind = 'payment' and reservation_id = $1`,
    [reservationId],
  );
  return expireAt(new Date((entry?.created_at.getTime() ?? 0) - lateMs));
}

async function expireAt(expiresAt: Date): Promise<Lines> {
  const { reservationId } = pairOf('hold').answer;
  await database.sql(`update reservation set expires_at = $2 where reservation_id = $1`, [
    reservationId,
    expiresAt,
  ]);
  return answering('hold', { expiresAt: expiresAt.toISOString() });
}

async function violationsOf(journal: Lines): Promise<{ violations: Record<number, number>; text: string }> {
  const { invariants } = await auditDatabase(database, { journal: journalOf(journal) });
  const broken = invariants.filter((invariant) => invariant.violations > 0);
  return {
    violations: Object.fromEntries(broken.map((invariant) => [invariant.number, invariant.violations])),
    text: broken.flatMap((invariant) => invariant.examples).join('\n'),
  };
}

const LAWFUL: readonly (readonly [what: string, journal: () => Lines])[] = [
  ['the journal as it is', () => lines],
  ['a request without an answer that had its effect', () => without(pairOf('topUp').answer)],
  ['a hold without an answer that had its effect', () => without(pairOf('hold').answer)],
  ['a request without an answer that had none', () => again('topUp', { key: 'lost' }, undefined)],
  ['a hold without an answer that had none', () => again('hold', { key: 'lost' }, undefined)],
  ['an unknown outcome', () => answering('topUp', { outcome: 'outcome_unknown' })],
  ['an internal error', () => answering('pay', { outcome: 'internal' })],
  ['a request that was sent again and answered alike', () => again('pay', {}, {})],
  [
    'a refused request that was sent again and acknowledged',
    () => again('pay', {}, {}, answering('pay', { outcome: 'insufficient_balance' })),
  ],
  [
    'a refused request that was sent again and not answered',
    () => again('hold', {}, undefined, answering('hold', { outcome: 'seat_taken' })),
  ],
  [
    'a key that was refused to another request',
    () => again('topUp', { amount: 7 }, { outcome: 'idempotency_key_reused' }),
  ],
  [
    'a key of a refused hold of any seats that was then used for one of named seats',
    () => before('hold', { seats: undefined } as unknown as Partial<Sent>, { outcome: 'seats_unavailable' }),
  ],
  [
    'a key of an unanswered hold of any seats that was then used for one of named seats',
    () => before('hold', { seats: undefined } as unknown as Partial<Sent>, undefined),
  ],
  ...(['pay', 'refund', 'release'] as const).map(
    (op) =>
      [
        `a key of a ${op} under another performance that was then used under the right one`,
        () => before(op, { performanceId: 'another' }, { outcome: 'not_found' }),
      ] as const,
  ),
  [
    'a key of a refused refund of some seats that was then used for all',
    () => before('refund', { seats: ['A-1-1', 'A-1-2'] }, { outcome: 'contended' }),
  ],
  ['a hold of seats that the service chose', () => replace(pairOf('hold').sent, { seats: undefined })],
  [
    "effects from before the journal's beginning",
    () => [{ ...(lines[0] as JournalHeader), startedAt: Date.now() }],
  ],
];

const VIOLATIONS: readonly (readonly [
  what: string,
  violations: Readonly<Record<number, number>>,
  sentence: RegExp,
  journal: () => Lines,
])[] = [
  ...(['topUp', 'hold', 'pay', 'refund'] as const).map(
    (op) =>
      [
        `an acknowledged ${op} that does not exist`,
        { 4: 1 },
        new RegExp(`^${op}.* by j-1 with key gone was acknowledged and is not in the database`),
        () => again(op, { key: 'gone' }, {}),
      ] as const,
  ),
  [
    'an acknowledged release of nothing',
    { 4: 1 },
    /release of reservation \S+ by j-1 was acknowledged and is not/,
    () => again('release', { reservationId: randomUUID() }, {}),
  ],
  [
    'an acknowledged release of what is not released',
    { 4: 1 },
    /reservation \S+ of j-1 was acknowledged as released and is refunded/,
    () => again('release', { reservationId: pairOf('hold').answer.reservationId } as Partial<Sent>, {}),
  ],
  ['another entry number', { 4: 1 }, /entry 1 .* not as it was ack/, () => answering('topUp', { seq: 2 })],
  ['another amount', { 4: 1 }, /entry 2 .* not as it was ack/, () => answering('pay', { amount: 1 })],
  [
    'another balance',
    { 4: 1 },
    /entry 3 .* not as it was ack/,
    () => answering('refund', { balanceAfter: 1 }),
  ],
  [
    'another reservation paid than asked',
    { 4: 1 },
    /entry 2 .* not as it was ack/,
    () => answering('pay', { reservationId: randomUUID() }),
  ],
  [
    'another amount held',
    { 4: 1 },
    /reservation .* not as it was ack/,
    () => answering('hold', { amount: 1 }),
  ],
  [
    'other seats held',
    { 4: 1 },
    /reservation .* not as it was ack/,
    () => answering('hold', { seats: ['A-1-9'] }),
  ],
  [
    'another reservation',
    { 4: 1 },
    /reservation .* not as it was ack/,
    () => answering('hold', { reservationId: randomUUID() }),
  ],
  [
    'another expiry',
    { 4: 1 },
    /reservation .* not as it was ack/,
    () => answering('hold', { expiresAt: new Date().toISOString() }),
  ],
  [
    'other seats held than asked',
    { 4: 1 },
    /reservation \S+ of j-1 is not what was asked/,
    () => replace(pairOf('hold').sent, { seats: ['A-1-9'] }),
  ],
  [
    'another amount topped up than asked',
    { 4: 1 },
    /entry 1 of j-1 \(top_up, key \S+\) is not what was asked: topUp by j-1/,
    () => replace(pairOf('topUp').sent, { amount: 4_999 }),
  ],
  [
    'a top-up that was never asked for',
    { 4: 1 },
    /entry 1 of j-1 \(top_up, key \S+\) was never asked for/,
    () => without(pairOf('topUp').sent, pairOf('topUp').answer),
  ],
  [
    'a hold that was never asked for',
    { 4: 1 },
    /reservation \S+ of j-1 was never asked for/,
    () => without(pairOf('hold').sent, pairOf('hold').answer),
  ],
  [
    'a release that was never asked for',
    { 4: 1 },
    /reservation \S+ of j-1 is released, which was never asked for/,
    () => without(pairOf('release').sent, pairOf('release').answer),
  ],
  [
    'other seats refunded than asked',
    { 4: 1 },
    /entry 3 of j-4 \(refund, key \S+\) is not what was asked: refund of reservation/,
    () => replace(partRefund(), { seats: ['A-1-5'] }),
  ],
  [
    'a key with two answers',
    { 5: 1 },
    /topUp by j-1 with key \S+ was answered with two different facts/,
    () => again('topUp', {}, { balanceAfter: 9 }),
  ],
  [
    'a key with two effects',
    { 4: 1, 5: 1 },
    /one key had two effects: topUp by j-1 with key \S+, and topUp by j-1/,
    () => again('topUp', { amount: 7 }, { amount: 7 }),
  ],
  [
    'a refused top-up that has its effect',
    { 6: 1 },
    /topUp by j-1 with key \S+ was refused, but there is entry 1/,
    () => answering('topUp', { outcome: 'balance_limit_exceeded' }),
  ],
  [
    'a contended payment that has its effect',
    { 6: 1 },
    /pay of reservation \S+ by j-1 with key \S+ was refused, but there is entry 2/,
    () => answering('pay', { outcome: 'contended' }),
  ],
  [
    'a refused hold that has its effect, also when it was refused twice',
    { 6: 1 },
    /hold of reservation \S+ by j-1 with key \S+ was refused, but there is reservation/,
    () => again('hold', {}, { outcome: 'overloaded' }, answering('hold', { outcome: 'seat_taken' })),
  ],
  [
    'a refused release that has its effect',
    { 6: 1 },
    /release of reservation \S+ by j-1 was refused, but it is released/,
    () => answering('release', { outcome: 'reservation_not_releasable' }),
  ],
];

describe('a journal', () => {
  it.each(LAWFUL)('is lawful with %s', async (_, journal) => {
    expect(await violationsOf(journal())).toEqual({ violations: {}, text: '' });
  });

  it.each(VIOLATIONS)('shows %s', async (_, violations, sentence, journal) => {
    const found = await violationsOf(journal());
    expect(found.violations).toEqual(violations);
    expect(found.text).toMatch(sentence);
  });

  it('ignores accounts without its prefix', async () => {
    const [header, ...rest] = lines;
    const owner = await violationsOf([
      { ...(header as JournalHeader), accountPrefix: '', startedAt: 0 },
      ...rest,
    ]);
    expect(owner.violations).toEqual({ 4: 1 });
    expect(owner.text).toMatch(/entry 1 of stranger \(top_up, key \S+\) was never asked for/);
  });

  it.each([
    ['that is empty', /is empty/, () => []],
    [
      'with an answer to nothing',
      /answers request 1000, which/,
      () => [...lines, { ...pairOf('pay').answer, id: 1_000 }],
    ],
    ['with two answers to one request', /answers request 1, which/, () => [...lines, pairOf('topUp').answer]],
    [
      'of a foreign account',
      /request 1000 is of account x,/,
      () => again('pay', { accountId: 'x' }, undefined),
    ],
  ] satisfies [string, RegExp, () => Lines][])('is refused %s', async (_, message, journal) => {
    await expect(violationsOf(journal())).rejects.toThrow(message);
    await expect(violationsOf(journal())).rejects.toBeInstanceOf(JournalError);
  });

  it('shows a payment sent after its hold had expired, by any clock', async () => {
    const late = await expireBeforePayment(3_000);
    for (const journal of [late, byClock(late, -3_600_000), byClock(late, 3_600_000)]) {
      const { violations, text } = await violationsOf(journal);
      expect(violations).toEqual({ 6: 1 });
      expect(text).toMatch(
        /pay of reservation \S+ by j-1 with key \S+ was sent after the hold had expired, and is paid/,
      );
    }
  });

  it('allows clocks that differ a little, or were set meanwhile', async () => {
    expect((await violationsOf(await expireBeforePayment(500))).violations).toEqual({});
    const late = await expireBeforePayment(3_000);
    const { sent, answer } = pairOf('refund');
    const set = late.map((line) =>
      line === sent || line === answer ? { ...line, at: line.at + 10_000 } : line,
    );
    expect((await violationsOf(set)).violations).toEqual({});
    await expireAt(new Date(pairOf('hold').answer.expiresAt ?? ''));
  });

  it('shows a repeated effect', async () => {
    await database.sql(`
      alter table ledger_entry drop constraint ledger_entry_key;
      with wallets as (
        update wallet set version = 2, balance = 10 where account_id = 'stranger'
      )
      insert into ledger_entry
      select account_id, 2, kind, amount, 10, key, request_hash, null, null, created_at
      from ledger_entry where account_id = 'stranger'`);
    const [header, ...rest] = lines;
    const [entry] = await database.sql<{ key: string }>(
      `select key from ledger_entry where account_id = 'stranger'`,
    );
    const topUp = { op: 'topUp', accountId: 'stranger', key: entry?.key ?? '', amount: 5 } as const;
    const found = await violationsOf([
      { ...(header as JournalHeader), accountPrefix: '' },
      ...rest,
      { t: 'sent', id: 1_000, at: Date.now(), ...topUp },
      { t: 'answer', id: 1_000, at: Date.now(), status: 201, outcome: 'topped_up' },
    ]);
    // The removed constraint is missing in the schema, too.
    expect(found.violations).toEqual({ 4: 1, 5: 1, 9: 2 });
    expect(found.text).toMatch(
      /entry 2 of stranger \(top_up, key \S+\) is the second effect of topUp by stranger/,
    );
  });
});
