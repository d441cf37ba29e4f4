import { describe, expect, test } from 'vitest';
import type { Answer } from '../../api/answer.ts';
import type { Progress } from '../../outbox/outbox.ts';
import type { Purchase } from '../../outbox/state.ts';
import { refundsIn } from './refunds-in.ts';

const PATH = '/v1/admin/performances/spring-1/reservations/r1/refund';
const REFUND = { performanceId: 'spring-1', reservationId: 'r1', key: 'refund:r1' };

function sent(path: string, given: { answer?: Answer<unknown>; progress?: Progress } = {}): Purchase {
  const pending = {
    kind: 'refund',
    method: 'POST',
    path,
    key: 'refund:r1',
    accountId: 'op',
    createdAtMs: 0,
    inDoubt: 1,
  } as const;
  return { pending: { ...pending, ...(given.answer && { answer: given.answer }) }, progress: given.progress };
}

const refused = { outcome: 'reservation_not_refundable', status: 409, title: '', retry: 'never' } as const;

describe("an operator's refunds in the outbox", () => {
  test.each<[string, Parameters<typeof sent>[1], object]>([
    ['on its way', { progress: { phase: 'sending' } }, { state: 'sending' }],
    [
      'without an answer yet',
      { progress: { phase: 'waiting', outcome: 'offline', attempts: 1 } },
      { state: 'unknown', problem: { outcome: 'offline', status: 0, title: '', retry: 'same' } },
    ],
    ['waiting for a sign-in', { progress: { phase: 'sign_in' } }, { state: 'unknown' }],
    ['after a reload, before it is sent again', {}, { state: 'unknown' }],
    [
      'refunded',
      { answer: { ok: true, status: 201, data: { amount: 7 } } },
      { state: 'refunded', refund: { amount: 7 } },
    ],
    ['refused', { answer: { ok: false, problem: refused } }, { state: 'refused', problem: refused }],
  ])('%s', (_, given, state) => {
    expect(refundsIn([sent(PATH, given)])).toEqual([{ ...REFUND, ...state }]);
  });

  test("a buyer's refund is not among them", () => {
    expect(refundsIn([sent('/v1/performances/spring-1/reservations/r1/refund')])).toEqual([]);
  });
});
