/** Sends refunds: what is intended is stored first, and stays stored until its end is known. */
import { signal } from '@preact/signals';
import type { ReadonlySignal } from '@preact/signals';
import type { Answer, Problem } from '../../api/client.ts';
import { call } from '../../api/client.ts';
import { newKey } from '../../outbox/new-key.ts';
import { storage } from '../../storage/storage.ts';
import type { Refund } from '../answers.ts';
import type { RefundIntent } from './refund-intents.ts';
import { endsIntent, intendRefund, pendingRefunds, settleRefund } from './refund-intents.ts';

export interface RefundProgress extends RefundIntent {
  readonly state: 'sending' | 'unknown' | 'refunded' | 'refused';
  readonly refund?: Refund;
  readonly problem?: Problem;
}

const progress = signal<ReadonlyMap<string, RefundProgress>>(new Map());

/** By reservation: those that this page has sent, and how they stand. */
export const refunds: ReadonlySignal<ReadonlyMap<string, RefundProgress>> = progress;

/** Refunds a reservation; a refund of it that is already under way is asked about again, not begun a second time. */
export async function refund(performanceId: string, reservationId: string): Promise<void> {
  const intent = intendRefund(storage, { performanceId, reservationId }, newKey);
  await send(intent);
}

/** Finds out about every refund whose answer was not heard, such as before a reload. */
export async function resumeRefunds(): Promise<void> {
  for (const intent of pendingRefunds(storage)) {
    if (progress.value.get(intent.reservationId)?.state !== 'sending') await send(intent);
  }
}

export function forgetRefund(reservationId: string): void {
  const left = new Map(progress.value);
  left.delete(reservationId);
  progress.value = left;
}

async function send(intent: RefundIntent): Promise<void> {
  note({ ...intent, state: 'sending' });
  const answer: Answer<Refund> = await call({
    method: 'POST',
    path: `/v1/admin/performances/${intent.performanceId}/reservations/${intent.reservationId}/refund`,
    key: intent.key,
  });
  if (answer.ok) {
    settleRefund(storage, intent);
    return note({ ...intent, state: 'refunded', refund: answer.data });
  }
  const { problem } = answer;
  if (!endsIntent(problem)) return note({ ...intent, state: 'unknown', problem });
  settleRefund(storage, intent);
  note({ ...intent, state: 'refused', problem });
}

function note(step: RefundProgress): void {
  progress.value = new Map(progress.value).set(step.reservationId, step);
}
