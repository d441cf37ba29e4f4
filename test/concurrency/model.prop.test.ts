/**
 * Random stories against the model of `test/support/model.ts`. A failure names its seed and the shortest story that fails;
 * ROWLOCK_TEST_SEED=<seed> plays the same stories again.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sweepExpired } from '../../src/operations/expire.ts';
import { isRefusal } from '../../src/domain/outcomes.ts';
import { plantPerformance } from '../support/catalogue.ts';
import { useDatabase } from '../support/database.ts';
import { claimantOf, claimsOf, createModel } from '../support/model.ts';
import type { Answer, Model, Rules } from '../support/model.ts';
import { SEED } from '../support/seed.ts';
import { someAccount } from '../support/fixture.ts';
import { violationsIn } from '../support/state.ts';
import type { Sent, Story } from './steps.ts';
import { anyStep, apply, applyToModel, predict, requestOf, send } from './steps.ts';

const database = useDatabase();
// Shrinking stops before the test's own time limit, so that a failing story is always reported. A busy machine plays fewer
// stories and still passes.
const TIME_LIMIT_MS = 120_000;
const bounded = { interruptAfterTimeLimit: TIME_LIMIT_MS - 20_000 };

const rules: fc.Arbitrary<Rules> = fc.record({
  seats: fc.constant(8),
  price: fc.constantFrom(0, 500, 1_000),
  seatLimit: fc.constantFrom(null, 2, 4),
  opensAt: fc.constant(new Date('2999-01-01T00:00:00Z')),
});
const strategies = fc.array(fc.nat(1_000), { minLength: 1, maxLength: 20 });

async function begin({ seats, price, seatLimit, opensAt }: Rules): Promise<Story> {
  // A story that failed may have left expired holds behind, which the next one's sweeps would count.
  await sweepExpired({ database }, { from: new Date(0), batchSize: 10_000 });
  const performanceId = await plantPerformance(database, { seats, price, seatLimit });
  return {
    performanceId,
    opensAt,
    accounts: Array.from({ length: 4 }, someAccount),
    holds: [],
    requests: [],
  };
}

const TIMES: ReadonlySet<string> = new Set(['expiresAt', 'createdAt', 'paidAt', 'refundedAt']);

function withoutTimes(answer: object): Answer {
  return Object.fromEntries(Object.entries(answer).filter(([name]) => !TIMES.has(name))) as Answer;
}

/** Identifies a request: once it has succeeded, the same request gets the same answer. */
function identityOf(sent: Sent): string {
  const { to, command } = sent;
  const key = 'idempotencyKey' in command ? command.idempotencyKey : command.reservationId;
  const hash = 'requestHash' in command ? command.requestHash.toString('hex') : '';
  return `${to} ${command.accountId} ${key} ${to === 'release' ? '' : hash}`;
}

/** Checks that a repeated success gets its first answer, without the expiry, which these stories move. */
function expectOriginalAnswer(successes: Map<string, object>, sent: Sent, answer: object): void {
  const identity = identityOf(sent);
  const facts = { ...answer, expiresAt: undefined, state: undefined, replayed: undefined };
  expect(facts).toEqual(successes.get(identity) ?? facts);
  successes.set(identity, facts);
}

/** What the database holds of a story, in the model's terms. */
async function stateOf(story: Story): Promise<unknown> {
  const [state] = await database.sql<{
    seats: unknown;
    reservations: unknown;
    wallets: unknown;
    claims: unknown;
  }>(
    `select
       (
         select jsonb_object_agg(s.seat_number, jsonb_build_object(
           'reservationId', s.reservation_id, 'state', case s.state when 'sold' then 'confirmed' else 'held' end
         ))
         from seat as s
         where s.performance_id = $1 and (s.state = 'sold' or s.held_until > clock_timestamp())
       ) as seats,
       (
         select jsonb_object_agg(r.reservation_id, jsonb_build_object(
           'state', case when r.state = 'held' and r.expires_at <= clock_timestamp() then 'expired' else r.state::text end,
           'refunded', r.refunded_seats
         ))
         from reservation as r where r.performance_id = $1
       ) as reservations,
       (
         select jsonb_object_agg(w.account_id, jsonb_build_object('balance', w.balance, 'entries', w.version))
         from wallet as w where w.account_id = any($2) and w.version > 0
       ) as wallets,
       (
         select jsonb_object_agg(l.account_id, cardinality(live_claims(l.claims)))
         from claim_limit as l where l.performance_id = $1 and cardinality(live_claims(l.claims)) > 0
       ) as claims`,
    [story.performanceId, story.accounts],
  );
  return state;
}

function stateIn(model: Model, story: Story): unknown {
  const orNull = (object: object): unknown => (Object.keys(object).length === 0 ? null : object);
  const seats = Array.from(
    { length: model.rules.seats },
    (_, i) => [i + 1, claimantOf(model, i + 1)] as const,
  );
  const claims = story.accounts.map((accountId) => [accountId, claimsOf(model, accountId)] as const);
  const limited = model.rules.seatLimit !== null;
  return {
    seats: orNull(Object.fromEntries(seats.filter(([, claimant]) => claimant !== undefined))),
    reservations: orNull(
      Object.fromEntries(
        [...model.reservations].map(([id, { state, refunded }]) => [id, { state, refunded }]),
      ),
    ),
    wallets: orNull(
      Object.fromEntries(
        [...model.wallets]
          .filter(([, { entries }]) => entries > 0)
          .map(([id, { balance, entries }]) => [id, { balance, entries }]),
      ),
    ),
    claims: limited ? orNull(Object.fromEntries(claims.filter(([, count]) => count > 0))) : null,
  };
}

describe(`stories of seed ${SEED}`, () => {
  it(
    'one request after another: every answer and every state is the one that the model foresees',
    async () => {
      const seen = new Map<string, number>();
      const story = fc.array(anyStep, { minLength: 30, maxLength: 50, size: 'max' });
      await fc.assert(
        fc.asyncProperty(rules, story, strategies, async (given, steps, chosen) => {
          const played = await begin(given);
          const model = createModel(given);
          const successes = new Map<string, object>();
          for (const [i, step] of steps.entries()) {
            const sent = requestOf(played, step);
            if (sent === undefined) {
              expect(await apply(database, played, step)).toEqual(applyToModel(model, played, step));
              continue;
            }
            const expected = predict(model, sent);
            const answer = await send(database, sent, chosen[i % chosen.length]!);
            expect(withoutTimes(answer)).toEqual(expected);
            const counted = [answer.outcome];
            if (sent.to === 'refund' && sent.command.seats !== undefined)
              counted.push(`part ${answer.outcome}`);
            for (const each of counted) seen.set(each, (seen.get(each) ?? 0) + 1);
            if (isRefusal(answer)) continue;
            expectOriginalAnswer(successes, sent, answer);
          }
          expect(await stateOf(played)).toEqual(stateIn(model, played));
          expect(await violationsIn(database)).toEqual([]);
        }),
        { seed: SEED, numRuns: 100, ...bounded },
      );
      // The stories must cover enough: each of these outcomes has happened, and often.
      const outcomes = [
        'topped_up',
        'held',
        'paid',
        'released',
        'refunded',
        'seat_taken',
        'hold_expired',
        'part refunded',
      ];
      for (const outcome of [...outcomes, 'idempotency_key_reused', 'sales_closed', 'seat_limit_exceeded']) {
        expect(seen.get(outcome) ?? 0, outcome).toBeGreaterThan(5);
      }
    },
    TIME_LIMIT_MS,
  );

  it(
    'many requests at once: every invariant holds, and a key has one effect and one answer',
    async () => {
      const batches = fc.array(fc.array(anyStep, { minLength: 8, maxLength: 16, size: 'max' }), {
        minLength: 3,
        maxLength: 6,
        size: 'max',
      });
      await fc.assert(
        fc.asyncProperty(rules, batches, strategies, async (given, story, chosen) => {
          const played = await begin(given);
          const received: (readonly [Sent, object & { readonly outcome: string }])[] = [];
          for (const batch of story) {
            const answers = batch.map(async (step, i) => {
              const sent = requestOf(played, step);
              if (sent === undefined) await apply(database, played, step);
              else received.push([sent, await send(database, sent, chosen[i % chosen.length]!)]);
            });
            await Promise.all(answers);
          }
          expect(await violationsIn(database)).toEqual([]);
          await expectOneEffectPerKey(received);
        }),
        // What happens at once does not happen again in the same order, so a shorter story would prove nothing.
        { seed: SEED, numRuns: 30, endOnFailure: true, ...bounded },
      );
    },
    TIME_LIMIT_MS,
  );
});

/** Invariants 4, 5 and 6 for the answers received: successes of one request are equal and have one row; without one there is none. */
async function expectOneEffectPerKey(
  received: readonly (readonly [Sent, object & { readonly outcome: string }])[],
): Promise<void> {
  const succeeded = new Map<string, object>();
  for (const [sent, answer] of received) {
    expect(['internal', 'outcome_unknown', 'overloaded']).not.toContain(answer.outcome);
    if (isRefusal(answer)) continue;
    expectOriginalAnswer(succeeded, sent, answer);
  }
  const keyed = received.filter(([sent]) => sent.to !== 'release');
  for (const [sent] of new Map(keyed.map((pair) => [identityOf(pair[0]), pair])).values()) {
    expect(await effectsOf(sent), identityOf(sent)).toBe(succeeded.has(identityOf(sent)) ? 1 : 0);
  }
}

async function effectsOf(sent: Sent): Promise<number> {
  const { to, command } = sent;
  if (to === 'release') return 0;
  const [row] = await database.sql<{ effects: number }>(
    to === 'hold'
      ? `select count(*)::int as effects from reservation where account_id = $1 and reservation_id::text = $2 and request_hash = $3`
      : `select count(*)::int as effects from ledger_entry where account_id = $1 and key = $2 and request_hash = $3`,
    [
      command.accountId,
      'idempotencyKey' in command ? command.idempotencyKey : command.reservationId,
      command.requestHash,
    ],
  );
  return row!.effects;
}
