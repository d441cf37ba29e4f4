/** What the outbox has of an operator's refunds. */
import type { Problem } from '../../api/client.ts';
import type { Purchase } from '../../outbox/state.ts';
import type { Refund } from '../answers.ts';

/** A refund of a reservation, and what becomes of it. */
export interface RefundProgress {
  readonly performanceId: string;
  readonly reservationId: string;
  /** The Idempotency-Key. */
  readonly key: string;
  readonly state: 'sending' | 'unknown' | 'refunded' | 'refused';
  readonly refund?: Refund;
  readonly problem?: Problem;
}

const PATH = /^\/v1\/admin\/performances\/([^/]+)\/reservations\/([^/]+)\/refund$/;

/** The operator's refunds among what the outbox has. */
export function refundsIn(sent: readonly Purchase[]): readonly RefundProgress[] {
  return sent.flatMap(({ pending, progress }): readonly RefundProgress[] => {
    const [, performanceId, reservationId] = PATH.exec(pending.path) ?? [];
    if (performanceId === undefined || reservationId === undefined) return [];
    const refund = { performanceId, reservationId, key: pending.key };
    const { answer } = pending;
    if (answer?.ok === true) return [{ ...refund, state: 'refunded', refund: answer.data as Refund }];
    if (answer !== undefined) return [{ ...refund, state: 'refused', problem: answer.problem }];
    if (progress?.phase === 'sending') return [{ ...refund, state: 'sending' }];
    if (progress?.phase !== 'waiting') return [{ ...refund, state: 'unknown' }];
    const problem: Problem = { outcome: progress.outcome, status: 0, title: '', retry: 'same' };
    return [{ ...refund, state: 'unknown', problem }];
  });
}
