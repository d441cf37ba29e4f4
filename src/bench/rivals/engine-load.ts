/** Sends requests to the engine in this process and journals the answers for the audit. */
import { randomUUID } from 'node:crypto';
import type { JournaledAnswer, JournaledRequest, JournalLine } from '../../audit/journal/format.ts';
import type { Database } from '../../db/database.ts';
import { requestHashOf, reservationIdOf } from '../../domain/ids.ts';
import type { ToppedUp } from '../../operations/top-up/top-up.ts';
import type { Held } from '../../operations/hold/hold.ts';
import type { Paid } from '../../operations/pay/pay.ts';
import { createBarrier } from '../../operations/durability.ts';
import type { OperationContext } from '../../operations/strategy.ts';
import { topUpStrategyNamed, holdStrategyNamed, payStrategyNamed } from '../../operations/registry.ts';
import type { Refusal, RefusalCode } from '../../domain/outcomes.ts';
import { isRefusal } from '../../domain/outcomes.ts';
import { orderOf } from '../workloads/access-pattern.ts';
import { createMemoryJournal } from '../measure/memory-journal.ts';
import type { EngineLoad, LoadReport } from '../measure/worker-protocol.ts';
import { inClosedLoop, inOpenLoop } from '../measure/pacing.ts';
import { AMOUNT, plantedReservationId } from '../fixture.ts';
import { summarize } from '../report/summarize.ts';

type Success = ToppedUp | Held | Paid;

/** What is kept of an outcome: a success whole, of a refusal only the code, because a crowd has millions. */
type Kept = Success | RefusalCode;

/** An operation's requests, by their number. */
interface Requests {
  readonly count: number;
  readonly send: (request: number) => Promise<Success | Refusal>;
  readonly journaled: (request: number) => JournaledRequest;
}

export interface LoadRun {
  readonly report: Omit<LoadReport, 'statements'>;
  readonly journal: AsyncIterable<JournalLine>;
}

/** Runs the load to its end. Throws `StrategyRefused`. */
export async function runEngineLoad(database: Database, load: EngineLoad): Promise<LoadRun> {
  const requests = requestsOf(database, load);
  const journal = createMemoryJournal<Kept>();
  const send = async (request: number): Promise<void> => {
    journal.sent(request);
    const outcome = await requests.send(request);
    journal.answered(request, isRefusal(outcome) ? outcome.outcome : outcome);
  };
  const { pace, durationMs } = load;
  const { startedAtMs, dueAtMs } =
    'inFlight' in pace
      ? await inClosedLoop(send, { count: requests.count, inFlight: pace.inFlight, durationMs })
      : await inOpenLoop(send, { count: requests.count, perSecond: pace.perSecond, durationMs });
  return {
    report: summarize(journal, {
      startedAtMs,
      dueAtMs,
      outcomeOf: (kept) => (typeof kept === 'string' ? kept : kept.outcome),
      isSuccess: (kept) => typeof kept !== 'string',
    }),
    journal: journal.lines({
      accountPrefix: load.fixture.accountPrefix,
      requestOf: requests.journaled,
      answerOf: journaledAnswer,
    }),
  };
}

function requestsOf(database: Database, load: EngineLoad): Requests {
  const context = { database, barrier: createBarrier(database, load.durability ?? 'local') };
  if (load.operation === 'topUp') return topUps(context, load);
  return load.operation === 'hold' ? holds(context, load) : payments(context, load);
}

function topUps(context: OperationContext, load: EngineLoad): Requests {
  const strategy = topUpStrategyNamed(load.strategy).open(context);
  const { count, rowOf } = orderOf(load.pattern);
  const keys: string[] = [];
  const accountOf = (request: number): string => `${load.fixture.accountPrefix}${rowOf(request)}`;
  return {
    count,
    send: (request) => {
      const idempotencyKey = (keys[request] = randomUUID());
      const requestHash = requestHashOf('topUp', AMOUNT);
      const accountId = accountOf(request);
      return strategy.execute({ accountId, amount: AMOUNT, idempotencyKey, requestHash });
    },
    journaled: (request) => ({
      op: 'topUp',
      accountId: accountOf(request),
      key: keys[request]!,
      amount: AMOUNT,
    }),
  };
}

function holds(context: OperationContext, load: EngineLoad): Requests {
  const strategy = holdStrategyNamed(load.strategy).open(context);
  const { performanceId, accountPrefix, seatsPerHold } = load.fixture;
  const { count, rowOf } = orderOf(load.pattern);
  // The key need not be random: only its hash, the reservation's id, is stored.
  const keyOf = (request: number): string => `hold-${request}`;
  const accountOf = (request: number): string =>
    `${accountPrefix}${load.accounts === 'owners' ? rowOf(request) : request}`;
  const seatsOf = (request: number): number[] => {
    const first = rowOf(request) * seatsPerHold + 1;
    const seats = [first];
    for (let i = 1; i < seatsPerHold; i += 1) seats.push(first + i);
    return seats;
  };
  return {
    count,
    send: (request) => {
      const accountId = accountOf(request);
      const seats = seatsOf(request);
      const reservationId = reservationIdOf(performanceId, accountId, keyOf(request));
      const requestHash = requestHashOf('hold', ...seats);
      return strategy.execute({ performanceId, accountId, seats, reservationId, requestHash });
    },
    journaled: (request) => ({
      op: 'hold',
      accountId: accountOf(request),
      key: keyOf(request),
      performanceId,
      seats: seatsOf(request).map(labelOf),
    }),
  };
}

function payments(context: OperationContext, load: EngineLoad): Requests {
  const strategy = payStrategyNamed(load.strategy).open(context);
  const { performanceId, accountPrefix } = load.fixture;
  const { count, rowOf } = orderOf(load.pattern);
  const keys: string[] = [];
  // Hashed beforehand: a buyer knows the id of the reservation.
  const ids = Array.from({ length: count }, (_, request) => plantedReservationId(rowOf(request)));
  const accountOf = (request: number): string => `${accountPrefix}${rowOf(request)}`;
  return {
    count,
    send: (request) => {
      const idempotencyKey = (keys[request] = randomUUID());
      const accountId = accountOf(request);
      const reservationId = ids[request]!;
      const requestHash = requestHashOf('pay', performanceId, reservationId);
      const command = { performanceId, reservationId, accountId, idempotencyKey, requestHash };
      return strategy.execute(command);
    },
    journaled: (request) => ({
      op: 'pay',
      accountId: accountOf(request),
      key: keys[request]!,
      performanceId,
      reservationId: ids[request]!,
    }),
  };
}

function labelOf(seat: number): string {
  return `A-1-${seat}`;
}

function journaledAnswer(kept: Kept): JournaledAnswer {
  if (typeof kept === 'string') return { status: 0, outcome: kept };
  if (kept.outcome === 'held') {
    const { reservationId, amount, seats, expiresAt } = kept;
    const facts = { reservationId, amount, seats: seats.map(labelOf), expiresAt: expiresAt.toISOString() };
    return { status: 0, outcome: 'held', ...facts };
  }
  const { outcome, seq, amount, balanceAfter } = kept;
  const paid = kept.outcome === 'paid' ? { reservationId: kept.reservationId } : {};
  return { status: 0, outcome, seq, amount, balanceAfter, ...paid };
}
