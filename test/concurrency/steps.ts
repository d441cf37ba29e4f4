/** The steps of a random story about one performance: actions of accounts and operators, and the passing of time. */
import fc from 'fast-check';
import { requestHashOf } from '../../src/domain/ids.ts';
import type { TopUpCommand } from '../../src/operations/top-up/top-up.ts';
import { TOP_UP_STRATEGIES } from '../../src/operations/top-up/strategies.ts';
import { sweepExpired } from '../../src/operations/expire.ts';
import type { HoldCommand } from '../../src/operations/hold/hold.ts';
import { HOLD_STRATEGIES } from '../../src/operations/hold/strategies.ts';
import type { PayCommand } from '../../src/operations/pay/pay.ts';
import { PAY_STRATEGIES } from '../../src/operations/pay/strategies.ts';
import { refund } from '../../src/operations/refund/refund.ts';
import type { RefundCommand } from '../../src/operations/refund/contract.ts';
import { release } from '../../src/operations/release.ts';
import type { ReleaseCommand } from '../../src/operations/release.ts';
import type { TestDatabase } from '../support/database.ts';
import type { Answer, Model, Sale } from '../support/model.ts';
import {
  expireIn,
  predictTopUp,
  predictHold,
  predictPay,
  predictRefund,
  predictRelease,
  predictSweep,
} from '../support/model.ts';
import {
  topUpCommand,
  holdCommand,
  partRefundCommand,
  payCommand,
  refundCommand,
} from '../support/fixture.ts';
import { execute } from '../support/execute.ts';

/** Numbers refer to the story's accounts, keys, hold requests so far and requests so far. */
export type Step =
  | { readonly step: 'topUp'; readonly account: number; readonly key: number; readonly amount: number }
  | {
      readonly step: 'hold';
      readonly account: number;
      readonly key: number;
      readonly first: number;
      readonly count: number;
    }
  | { readonly step: 'pay'; readonly hold: number; readonly key: number; readonly thief: boolean }
  | { readonly step: 'release'; readonly hold: number; readonly thief: boolean }
  | {
      readonly step: 'refund';
      readonly hold: number;
      readonly key: number;
      readonly byOperator: boolean;
      /** Which seats: a bit for each of the hold's, and one for a seat that is not; all that are left if 0. */
      readonly part: number;
    }
  | { readonly step: 'again'; readonly request: number }
  | { readonly step: 'expire'; readonly hold: number }
  | { readonly step: 'sweep'; readonly batchSize: number }
  | { readonly step: 'sale'; readonly sale: Sale }
  | { readonly step: 'deadline'; readonly refundable: boolean }
  | { readonly step: 'nothing' };

const account = fc.nat(3);
const key = fc.nat(40);
const hold = fc.nat(30);
/** Rarely another account than the hold's own. */
const thief = fc.nat(9).map((chance) => chance === 0);

const topUp = fc.record({
  step: fc.constant('topUp' as const),
  account,
  key,
  amount: fc.constantFrom(500, 1_000, 2_500, 1_000_000_000_000),
});
const holding = fc.record({
  step: fc.constant('hold' as const),
  account,
  key,
  first: fc.integer({ min: 1, max: 8 }),
  count: fc.integer({ min: 1, max: 3 }),
});
const paying = fc.record({ step: fc.constant('pay' as const), hold, key, thief });
const releasing = fc.record({ step: fc.constant('release' as const), hold, thief });
const refunding = fc.record({
  step: fc.constant('refund' as const),
  hold,
  key,
  byOperator: fc.boolean(),
  part: fc.constantFrom(0, 0, 0, 1, 1, 2, 2, 3, 4, 5, 6, 7, 9),
});
const again = fc.record({ step: fc.constant('again' as const), request: fc.nat(60) });
const expiring = fc.record({ step: fc.constant('expire' as const), hold });
const sweeping = fc.record({
  step: fc.constant('sweep' as const),
  batchSize: fc.integer({ min: 1, max: 4 }),
});
const selling = fc.record({
  step: fc.constant('sale' as const),
  // Mostly open, or nothing would be sold.
  sale: fc.constantFrom<Sale>('open', 'open', 'open', 'open', 'paused', 'closed', 'not yet', 'over'),
});
const deadline = fc.record({ step: fc.constant('deadline' as const), refundable: fc.boolean() });

// Nothing comes first, because that is what a step that does not matter to a failure shrinks to.
export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { withCrossShrink: true },
  { weight: 1, arbitrary: fc.constant({ step: 'nothing' as const }) },
  { weight: 4, arbitrary: topUp },
  { weight: 9, arbitrary: holding },
  { weight: 8, arbitrary: paying },
  { weight: 3, arbitrary: releasing },
  { weight: 4, arbitrary: refunding },
  { weight: 4, arbitrary: again },
  { weight: 3, arbitrary: expiring },
  { weight: 2, arbitrary: sweeping },
  { weight: 2, arbitrary: selling },
  { weight: 1, arbitrary: deadline },
);

/** A request of an account. */
export type Sent =
  | { readonly to: 'topUp'; readonly command: TopUpCommand }
  | { readonly to: 'hold'; readonly command: HoldCommand }
  | { readonly to: 'pay'; readonly command: PayCommand }
  | { readonly to: 'release'; readonly command: ReleaseCommand }
  | { readonly to: 'refund'; readonly command: RefundCommand };

export interface Story {
  readonly performanceId: string;
  readonly opensAt: Date;
  readonly accounts: readonly string[];
  readonly holds: HoldCommand[];
  readonly requests: Sent[];
}

/** The request that a step sends, added to the story; undefined when the story has nothing yet that it could refer to. */
export function requestOf(story: Story, step: Step): Sent | undefined {
  const sent = newRequest(story, step);
  if (sent === undefined) return undefined;
  if (sent.to === 'hold' && step.step === 'hold') story.holds.push(sent.command);
  story.requests.push(sent);
  return sent;
}

function newRequest(story: Story, step: Step): Sent | undefined {
  const { performanceId, accounts } = story;
  if (step.step === 'again') return story.requests[step.request % Math.max(1, story.requests.length)];
  if (step.step === 'topUp') {
    const { amount } = step;
    const request = {
      accountId: accounts[step.account]!,
      amount,
      requestHash: requestHashOf('topUp', amount),
    };
    return { to: 'topUp', command: topUpCommand({ ...request, idempotencyKey: `key-${step.key}` }) };
  }
  if (step.step === 'hold') {
    const seats = Array.from({ length: step.count }, (_, i) => step.first + i);
    const request = { performanceId, accountId: accounts[step.account]!, seats, key: `key-${step.key}` };
    return { to: 'hold', command: holdCommand(request) };
  }
  if (step.step !== 'pay' && step.step !== 'release' && step.step !== 'refund') return undefined;
  const of = story.holds[step.hold % Math.max(1, story.holds.length)];
  if (of === undefined) return undefined;
  if (step.step === 'refund') {
    const seats = [...of.seats, of.seats[0]! + 100].filter((_, i) => (step.part >> i) % 2 === 1);
    const command =
      seats.length === 0
        ? refundCommand(of, `key-${step.key}`)
        : partRefundCommand(of, seats, `key-${step.key}`);
    return { to: 'refund', command: { ...command, byOperator: step.byOperator } };
  }
  const by = step.thief ? accounts.find((accountId) => accountId !== of.accountId)! : of.accountId;
  return step.step === 'pay'
    ? { to: 'pay', command: { ...payCommand(of, `key-${step.key}`), accountId: by } }
    : { to: 'release', command: { ...of, accountId: by } };
}

export function predict(model: Model, sent: Sent): Answer {
  if (sent.to === 'topUp') return predictTopUp(model, sent.command);
  if (sent.to === 'hold') return predictHold(model, sent.command);
  if (sent.to === 'pay') return predictPay(model, sent.command);
  if (sent.to === 'release') return predictRelease(model, sent.command);
  return predictRefund(model, sent.command);
}

/** Sends a request by one of the strategies that serve buyers. */
export function send(
  database: TestDatabase,
  sent: Sent,
  strategy: number,
): Promise<{ readonly outcome: string }> {
  const context = { database };
  if (sent.to === 'topUp') return execute(pick(TOP_UP_STRATEGIES, strategy), context, sent.command);
  if (sent.to === 'hold') return execute(pick(HOLD_STRATEGIES, strategy), context, sent.command);
  if (sent.to === 'pay') return execute(pick(PAY_STRATEGIES, strategy), context, sent.command);
  if (sent.to === 'release') return release(context, sent.command);
  return refund(context, sent.command);
}

function pick<S extends { readonly use: 'service' | 'lab' }>(all: readonly [S, ...S[]], number: number): S {
  const usable = all.filter((strategy) => strategy.use === 'service');
  return usable[number % usable.length]!;
}

/** Applies a step that is not a request. `applyToModel` does the same to the model. */
export async function apply(database: TestDatabase, story: Story, step: Step): Promise<unknown> {
  const { performanceId, opensAt } = story;
  if (step.step === 'expire') {
    const of = story.holds[step.hold % Math.max(1, story.holds.length)];
    return of === undefined ? undefined : expireNow(database, of);
  }
  if (step.step === 'sweep') {
    return (await sweepExpired({ database }, { from: new Date(0), batchSize: step.batchSize })).expired;
  }
  if (step.step === 'sale') {
    const state = step.sale === 'paused' || step.sale === 'closed' ? step.sale : 'open';
    await database.sql(
      `update performance
       set sale_state = $2,
           sale_opens_at = case when $3 = 'not yet' then $4 else '2000-01-01'::timestamptz end,
           sale_closes_at = case when $3 = 'over' then clock_timestamp() end
       where performance_id = $1`,
      [performanceId, state, step.sale, opensAt],
    );
  }
  if (step.step === 'deadline') {
    await database.sql(
      `update performance set refundable_until = case when not $2 then clock_timestamp() end where performance_id = $1`,
      [performanceId, step.refundable],
    );
  }
  return undefined;
}

export function applyToModel(model: Model, story: Story, step: Step): unknown {
  if (step.step === 'expire') {
    const of = story.holds[step.hold % Math.max(1, story.holds.length)];
    if (of !== undefined) expireIn(model, of.reservationId);
  }
  if (step.step === 'sweep') return predictSweep(model, step.batchSize);
  if (step.step === 'sale') model.sale = step.sale;
  if (step.step === 'deadline') model.refundable = step.refundable;
  return undefined;
}

/**
 * Lets a live hold's time be over, everywhere it is written, with its locks in the lock order: other requests may
 * be under way. Exactly its own claims are moved, whichever others expire at the same moment.
 */
async function expireNow(database: TestDatabase, of: HoldCommand): Promise<void> {
  const client = await database.pool.connect();
  const values = [of.performanceId, of.reservationId];
  try {
    await client.query('begin');
    const { rows } = await client.query<{ before: Date; after: Date; seats: number[] }>(
      `with live as (
         select performance_id, reservation_id, expires_at from reservation
         where performance_id = $1 and reservation_id = $2 and state = 'held' and expires_at > clock_timestamp()
         for update
       )
       update reservation as r set expires_at = date_trunc('milliseconds', clock_timestamp()) - interval '1 second'
       from live where r.performance_id = live.performance_id and r.reservation_id = live.reservation_id
       returning live.expires_at as before, r.expires_at as after, r.seat_ids as seats`,
      values,
    );
    for (const { before, after, seats } of rows) {
      await client.query(
        `with mine as (
           select seat_number from seat where performance_id = $1 and seat_number = any($3) and reservation_id = $2
           order by seat_number for update
         )
         update seat as s set held_until = $4 from mine where s.performance_id = $1 and s.seat_number = mine.seat_number`,
        [...values, seats, after],
      );
      await client.query(
        `update claim_limit
         set claims = array_fill($5::timestamptz, array[$4::int]) || array(
           select claim
           from (select claim, row_number() over (partition by claim = $3) as i from unnest(claims) as claim) as numbered
           where claim <> $3 or i > $4
         )
         where performance_id = $1 and account_id = $2`,
        [of.performanceId, of.accountId, before, seats.length, after],
      );
    }
    await client.query('commit');
  } finally {
    // After a commit this changes nothing.
    await client.query('rollback');
    client.release();
  }
}
