/**
 * The expected answers of a box office with one performance, request by request: its rules without a database, a clock or
 * concurrency. Tests compare the operations with it.
 */
import { BALANCE_MAX } from '../../src/domain/money.ts';
import type { TopUpCommand } from '../../src/operations/top-up/top-up.ts';
import type { HoldCommand } from '../../src/operations/hold/hold.ts';
import type { PayCommand } from '../../src/operations/pay/pay.ts';
import type { RefundCommand } from '../../src/operations/refund/contract.ts';
import type { ReleaseCommand } from '../../src/operations/release.ts';
import type { ReservationState } from '../../src/domain/states.ts';
import type { Bytes } from '../../src/lib/bytes.ts';

/** An answer without its times. */
export type Answer = { readonly outcome: string } & Readonly<Record<string, unknown>>;

/** `open` sells; the others refuse, each for its reason. */
export type Sale = 'open' | 'paused' | 'closed' | 'not yet' | 'over';

export interface Rules {
  /** Numbered from 1. */
  readonly seats: number;
  readonly price: number;
  readonly seatLimit: number | null;
  /** When a sale that is `not yet` opens. */
  readonly opensAt: Date;
}

interface ModelReservation {
  readonly accountId: string;
  readonly seats: readonly number[];
  readonly amount: number;
  /** Those of its seats that refunds have given back. */
  readonly refunded: number[];
  readonly request: string;
  readonly answer: Answer;
  state: ReservationState;
}

interface ModelWallet {
  balance: number;
  entries: number;
  /** By idempotency key. */
  readonly answers: Map<string, { readonly request: string; readonly answer: Answer }>;
}

export interface Model {
  readonly rules: Rules;
  sale: Sale;
  /** Whether buyers may still refund. */
  refundable: boolean;
  /** By reservation id; expiry is a state here, whether it is written or not. */
  readonly reservations: Map<string, ModelReservation>;
  readonly wallets: Map<string, ModelWallet>;
  /** Expired reservations that no sweep has written. */
  unswept: number;
}

export function createModel(rules: Rules): Model {
  return {
    rules,
    sale: 'open',
    refundable: true,
    reservations: new Map(),
    wallets: new Map(),
    unswept: 0,
  };
}

/** The reservation that has the seat now: a live hold, or its owner's. */
export function claimantOf(
  model: Model,
  seat: number,
): { readonly reservationId: string; readonly state: string } | undefined {
  for (const [reservationId, reservation] of model.reservations) {
    if (claimedSeatsOf(reservation).includes(seat)) return { reservationId, state: reservation.state };
  }
  return undefined;
}

/** How many seats the account holds and owns. */
export function claimsOf(model: Model, accountId: string): number {
  return [...model.reservations.values()]
    .filter((it) => it.accountId === accountId)
    .reduce((sum, it) => sum + claimedSeatsOf(it).length, 0);
}

/** The seats that a live reservation has. */
function claimedSeatsOf({ state, seats, refunded }: ModelReservation): readonly number[] {
  const isLive = state === 'held' || state === 'confirmed';
  return isLive ? seats.filter((seat) => !refunded.includes(seat)) : [];
}

export function predictTopUp(model: Model, command: TopUpCommand): Answer {
  const earlier = answerOf(model, command);
  if (earlier !== undefined) return earlier;
  const { accountId, amount } = command;
  const { balance } = walletIn(model, accountId);
  if (balance + amount > BALANCE_MAX) {
    return { outcome: 'balance_limit_exceeded', limit: BALANCE_MAX, balance };
  }
  return enter(model, command, amount, (seq, balanceAfter) => ({
    outcome: 'topped_up',
    accountId,
    seq,
    amount,
    balanceAfter,
  }));
}

export function predictHold(model: Model, command: HoldCommand): Answer {
  const { performanceId, reservationId, accountId, seats } = command;
  const request = command.requestHash.toString('hex');
  const earlier = model.reservations.get(reservationId);
  if (earlier !== undefined) {
    return earlier.request === request ? { ...replayOf(earlier.answer), state: earlier.state } : REUSED;
  }
  const refusal = holdRefusal(model, command);
  if (refusal !== undefined) return refusal;
  const amount = seats.length * model.rules.price;
  const answer = { outcome: 'held', performanceId, reservationId, seats, amount, state: 'held' };
  const made = { accountId, seats, amount, refunded: [], request, answer, state: 'held' as const };
  model.reservations.set(reservationId, made);
  return answer;
}

function holdRefusal(model: Model, { accountId, seats }: HoldCommand): Answer | undefined {
  const { rules, sale } = model;
  const unknown = seats.filter((seat) => seat > rules.seats);
  if (unknown.length > 0) return { outcome: 'not_found', what: 'seat', seats: unknown };
  if (sale === 'closed' || sale === 'over') return { outcome: 'sales_closed', reason: 'ended' };
  if (sale === 'paused') return { outcome: 'sales_closed', reason: 'paused' };
  if (sale === 'not yet') return { outcome: 'sales_closed', reason: 'not_yet', opensAt: rules.opensAt };
  const taken = seats.filter((seat) => claimantOf(model, seat) !== undefined);
  if (taken.length > 0) return { outcome: 'seat_taken', seats: taken };
  const claimed = claimsOf(model, accountId);
  const limit = rules.seatLimit;
  return limit !== null && claimed + seats.length > limit
    ? { outcome: 'seat_limit_exceeded', limit, claimed }
    : undefined;
}

export function predictPay(model: Model, command: PayCommand): Answer {
  const earlier = answerOf(model, command);
  const reservation = reservationFor(model, command);
  if (earlier !== undefined) {
    return earlier.outcome === 'paid' ? { ...earlier, state: reservation!.state } : earlier;
  }
  if (reservation === undefined) return NO_RESERVATION;
  const { state, amount, seats } = reservation;
  if (state === 'expired') return EXPIRED;
  if (state !== 'held') return { outcome: 'reservation_not_payable', state };
  const { balance: available } = walletIn(model, command.accountId);
  if (available < amount) return { outcome: 'insufficient_balance', required: amount, available };
  reservation.state = 'confirmed';
  const { performanceId, reservationId } = command;
  return enter(model, command, -amount, (seq, balanceAfter) => ({
    outcome: 'paid',
    performanceId,
    reservationId,
    seats,
    amount,
    seq,
    balanceAfter,
    state: 'confirmed',
  }));
}

export function predictRelease(model: Model, command: ReleaseCommand): Answer {
  const reservation = reservationFor(model, command);
  if (reservation === undefined) return NO_RESERVATION;
  const { state } = reservation;
  if (state === 'expired') return EXPIRED;
  if (state !== 'held' && state !== 'released') return { outcome: 'reservation_not_releasable', state };
  reservation.state = 'released';
  const { performanceId, reservationId } = command;
  const answer = { outcome: 'released', performanceId, reservationId };
  return state === 'released' ? replayOf(answer) : answer;
}

export function predictRefund(model: Model, command: RefundCommand): Answer {
  const earlier = answerOf(model, command);
  if (earlier !== undefined) return earlier;
  const reservation = reservationFor(model, command);
  if (reservation === undefined) return NO_RESERVATION;
  const { state, refunded } = reservation;
  const left = claimedSeatsOf(reservation);
  const wanted = command.seats ?? left;
  const unknown = wanted.filter((seat) => !reservation.seats.includes(seat));
  if (unknown.length > 0) return { outcome: 'not_found', what: 'seat', seats: unknown };
  if (state === 'expired') return EXPIRED;
  if (state !== 'confirmed') return { outcome: 'reservation_not_refundable', state, reason: 'state' };
  if (!model.refundable && !command.byOperator) {
    return { outcome: 'reservation_not_refundable', state, reason: 'deadline' };
  }
  const gone = wanted.filter((seat) => refunded.includes(seat));
  if (gone.length > 0) return { outcome: 'reservation_not_refundable', state, reason: 'seats', seats: gone };
  refunded.push(...wanted);
  if (wanted.length === left.length) reservation.state = 'refunded';
  const { performanceId, reservationId } = command;
  const amount = wanted.length * model.rules.price;
  return enter(model, command, amount, (seq, balanceAfter) => ({
    outcome: 'refunded',
    performanceId,
    reservationId,
    amount,
    seq,
    balanceAfter,
  }));
}

/** The hold's time is over; nothing when it is not a live hold. */
export function expireIn(model: Model, reservationId: string): void {
  const reservation = model.reservations.get(reservationId);
  if (reservation?.state !== 'held') return;
  reservation.state = 'expired';
  model.unswept += 1;
}

/** How many reservations a sweep writes; it changes no answer. */
export function predictSweep(model: Model, batchSize: number): number {
  const swept = Math.min(batchSize, model.unswept);
  model.unswept -= swept;
  return swept;
}

const REUSED: Answer = { outcome: 'idempotency_key_reused' };
const EXPIRED: Answer = { outcome: 'hold_expired' };
const NO_RESERVATION: Answer = { outcome: 'not_found', what: 'reservation' };

interface MoneyRequest {
  readonly accountId: string;
  readonly idempotencyKey: string;
  readonly requestHash: Bytes;
}

function walletIn(model: Model, accountId: string): ModelWallet {
  const wallet = model.wallets.get(accountId) ?? { balance: 0, entries: 0, answers: new Map() };
  model.wallets.set(accountId, wallet);
  return wallet;
}

/** The answer that this key's success got before, if any. */
function answerOf(model: Model, request: MoneyRequest): Answer | undefined {
  const earlier = walletIn(model, request.accountId).answers.get(request.idempotencyKey);
  if (earlier === undefined) return undefined;
  return earlier.request === request.requestHash.toString('hex') ? replayOf(earlier.answer) : REUSED;
}

function replayOf(answer: Answer): Answer {
  return { ...answer, replayed: true };
}

function reservationFor(
  model: Model,
  request: { readonly reservationId: string; readonly accountId: string },
): ModelReservation | undefined {
  const reservation = model.reservations.get(request.reservationId);
  return reservation?.accountId === request.accountId ? reservation : undefined;
}

/** Writes a ledger entry and remembers its answer under the request's key. */
function enter(
  model: Model,
  request: MoneyRequest,
  amount: number,
  answerWith: (seq: number, balanceAfter: number) => Answer,
): Answer {
  const wallet = walletIn(model, request.accountId);
  wallet.balance += amount;
  wallet.entries += 1;
  const answer = answerWith(wallet.entries, wallet.balance);
  wallet.answers.set(request.idempotencyKey, { request: request.requestHash.toString('hex'), answer });
  return answer;
}
