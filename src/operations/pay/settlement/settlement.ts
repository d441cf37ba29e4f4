/**
 * Payments and refunds whose money is elsewhere, in three local transactions (decision 0041):
 *
 * | step | where | does |
 * |---|---|---|
 * | begin (`begin.ts`, `../../refund-apart.ts`) | performance | `held → paying` or `confirmed → refunding`, with an attempt |
 * | settle (the provider; `wallet.ts`) | account | moves the money or refuses to, with a settlement |
 * | finish (`finish.ts`, `finish-refund.ts`) | performance | `paying → confirmed` or back; `refunding → refunded` |
 *
 * Each step may be repeated by anyone who knows the attempt: the request itself, a duplicate of it, the settler. What the
 * provider says of an attempt is final.
 */
import type { Outcome, Refusal, Unsettled } from '../../../domain/outcomes.ts';
import { isRefusal, refuse } from '../../../domain/outcomes.ts';
import { Deadline } from '../../../lib/deadline.ts';
import type { RequestHooks } from '../../strategy.ts';
import { accountsOf } from '../../strategy.ts';
import type { OperationContext } from '../../strategy.ts';
import type { Attempt, Settled } from './attempt.ts';
import { finishPayment } from './finish.ts';
import { finishRefund } from './finish-refund.ts';
import { walletSettlement } from './wallet.ts';

/**
 * Takes and gives back the money of attempts. Every function names the attempt, and may be called again for it: the money
 * moves once. One that can't find out what became of it throws nothing and says so by a refusal.
 */
export interface Provider {
  /** Takes the attempt's amount, or refuses to. */
  readonly capture: (attempt: Attempt, hooks?: RequestHooks) => Promise<Settled | Unsettled>;
  /** Gives the attempt's amount back. */
  readonly refund: (attempt: Attempt, hooks?: RequestHooks) => Promise<Settled | Unsettled>;
}

/** A provider that is at work. */
interface OpenProvider extends Provider {
  readonly waiting: number;
  readonly close: () => Promise<void>;
}

/** The wallets of the accounts' database as a provider. */
function openWallets(context: OperationContext): OpenProvider {
  const accounts = accountsOf(context);
  const barrier = context.accounts === undefined ? context.barrier : context.accountsBarrier;
  const opened = walletSettlement.open({ database: accounts, racePoint: context.racePoint, barrier });
  return {
    capture: opened.execute,
    refund: opened.execute,
    get waiting() {
      return opened.waiting;
    },
    close: opened.close,
  };
}

/** Drives attempts to their end. */
export interface Settlement {
  /**
   * Settles the attempt and finishes its reservation, as long as the request has time; `outcome_unknown` when it has none
   * left, and the settler goes on.
   */
  readonly drive: (
    attempt: Attempt,
    hooks?: RequestHooks,
  ) => Promise<(Settled & Outcome) | Refusal<'outcome_unknown'>>;
  /** How many attempts wait inside of it. */
  readonly waiting: number;
  readonly close: () => Promise<void>;
}

/** How long an attempt is driven for work that no request waits for. */
const DRIVE_MS = 10_000;

/** How long to wait before a step is tried again. */
const PAUSE_MS = 50;

/** Opens settlement on the databases of the context. Close it before them. */
export function openSettlement(context: OperationContext): Settlement {
  const wallets = openWallets(context);
  const payments = finishPayment.open(context);
  return {
    drive: async (attempt, hooks = {}) => {
      const { racePoint, deadline } = hooks;
      const leftMs = deadline?.leftMs ?? DRIVE_MS;
      // The request itself stays at work, whatever becomes of a step: its attempt may yet be settled.
      const stepHooks = (): RequestHooks => ({ racePoint, deadline: new Deadline(left()) });
      const endsAt = performance.now() + leftMs;
      const left = (): number => Math.max(0, endsAt - performance.now());
      const settled = await insist(left, () =>
        attempt.kind === 'payment'
          ? wallets.capture(attempt, stepHooks())
          : wallets.refund(attempt, stepHooks()),
      );
      if (isRefusal(settled)) return settled;
      const finished = await insist(left, async () => {
        if (attempt.kind === 'refund') return finishRefund(context, attempt, stepHooks());
        const outcome = settled.outcome === 'refused' ? 'refused' : 'debited';
        return payments.execute({ attempt, outcome }, stepHooks());
      });
      return isRefusal(finished) ? finished : settled;
    },
    get waiting() {
      return wallets.waiting + payments.waiting;
    },
    close: async () => {
      await Promise.all([wallets.close(), payments.close()]);
    },
  };
}

/** Repeats a step that could not be taken, as long as there is time. */
async function insist<Done extends Outcome>(
  left: () => number,
  step: () => Promise<Done | Unsettled>,
): Promise<Done | Refusal<'outcome_unknown'>> {
  for (;;) {
    const answer = await step();
    if (!isRefusal(answer)) return answer;
    if (left() <= PAUSE_MS) return refuse('outcome_unknown');
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
