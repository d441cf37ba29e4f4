/**
 * Keeps blocked accounts from holding and paying.
 *
 * A hold asks twice, before and after it is written. Let a block be committed at T, and its request release the account's
 * holds at R, at least `validMs` later. A hold that was committed before R is among those. One that was committed after R
 * asks again after that: its memory began after T, so it knows of the block, and releases its own hold. Only a process that dies
 * between the two leaves a hold, which cannot be paid and expires.
 *
 * A payment asks once, before: one that is under way when the account is blocked may still take effect.
 */
import type { Outcome } from '../../domain/outcomes.ts';
import type { BlockedAccounts, BlockedRefusal } from './blocked-accounts.ts';

interface OfAccount {
  readonly accountId: string;
}

type Work<At, Request, Answer> = (at: At, request: Request) => Promise<Answer>;

/** Does the work unless the request's account is blocked. */
export function unlessBlocked<At, Request extends OfAccount, Answer>(
  blocked: BlockedAccounts,
  work: Work<At, Request, Answer>,
): Work<At, Request, Answer | BlockedRefusal> {
  return async (at, request) => {
    const known = blocked.refusalOf(request.accountId);
    // No promise for what nearly every request finds.
    const refusal = known instanceof Promise ? await known : known;
    return refusal ?? work(at, request);
  };
}

/** A hold that was made, as far as it must be known to release it. */
interface Made {
  readonly reservationId: string;
}

/** Whether an answer is a hold. */
function isHeld(answer: Outcome): answer is Outcome & Made {
  return answer.outcome === 'held';
}

/** How often a release is tried: only the account's own requests can be in its way. */
const RELEASES_MAX = 3;

/**
 * Holds unless the request's account is blocked, also if it was blocked meanwhile: then the hold is released again by
 * `release`, which answers with the outcome.
 */
export function holdUnlessBlocked<
  At,
  Request extends OfAccount & { readonly performanceId: string },
  Answer extends Outcome,
>(
  blocked: BlockedAccounts,
  hold: Work<At, Request, Answer>,
  release: Work<At, OfAccount & Made & { readonly performanceId: string }, Outcome>,
): Work<At, Request, Answer | BlockedRefusal> {
  const first = unlessBlocked(blocked, hold);
  return async (at, request) => {
    const answer = await first(at, request);
    if (!isHeld(answer)) return answer;
    const known = blocked.refusalOf(request.accountId);
    const refusal = known instanceof Promise ? await known : known;
    // Seats are held: a database that cannot say must not make it look as if they were not.
    if (refusal?.outcome !== 'account_blocked') return answer;
    const { performanceId, accountId } = request;
    for (let releases = 0; releases < RELEASES_MAX; releases += 1) {
      const { outcome } = await release(at, {
        performanceId,
        accountId,
        reservationId: answer.reservationId,
      });
      if (outcome !== 'contended' && outcome !== 'overloaded') break;
    }
    return refusal;
  };
}
