/** Holding seats of a performance: begun here, answered here or found answered after a reload. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Problem } from '../../api/answer.ts';
import { askToSignIn } from '../../components/sign-in-sheet.tsx';
import { homeOf } from '../../outbox/page-path.ts';
import type { Purchase } from '../../outbox/state.ts';
import { courier, purchases } from '../../outbox/state.ts';
import { go } from '../../routing/router.ts';
import { session } from '../../api/sign-in.ts';

export type HoldBody =
  | { readonly seats: readonly string[] }
  | { readonly bestAvailable: { readonly grade: string; readonly quantity: number } };

export interface Holding {
  readonly underWay: Purchase | undefined;
  /** Nothing else can be held now: also from the answer until this page has gone on to the reservation. */
  readonly isBusy: boolean;
  /** Why the last one was refused. */
  readonly refusal: Problem | undefined;
  /** Asks for a sign-in first where there is none. */
  readonly hold: (body: HoldBody) => void;
  readonly forgetRefusal: () => void;
}

/** `onHeardElsewhere` is called when a hold has ended of which another tab knows whether it has seats now. */
export function useHolding(performanceId: string, onHeardElsewhere: () => void): Holding {
  const home = `/performances/${performanceId}`;
  const [refusal, setRefusal] = useState<Problem>();
  const here = holdsOf(home);
  const answered = here.find(({ intent }) => intent.answer !== undefined);
  const underWay = here.find(({ intent }) => intent.answer === undefined);

  useEffect(() => {
    const answer = answered?.intent.answer;
    if (answered === undefined || answer === undefined) return;
    courier.dismiss(answered.intent.key);
    if (answer.ok) go(`${home}/reservations/${(answer.data as { readonly id: string }).id}`);
    else setRefusal(answer.problem);
  }, [answered?.intent.key]);
  // What is heard here leads on to the reservation, or says that there is none; nobody has to ask for it.
  const lastUnderWay = useRef<string | undefined>(undefined);
  useEffect(() => {
    const gone = lastUnderWay.current;
    lastUnderWay.current = underWay?.intent.key;
    if (gone !== undefined && gone !== answered?.intent.key) onHeardElsewhere();
  }, [underWay?.intent.key]);

  const hold = (body: HoldBody): void => {
    if (session.value === undefined) return askToSignIn({ afterwards: () => hold(body) });
    setRefusal(undefined);
    void courier.begin({ kind: 'hold', method: 'POST', path: `/v1${home}/reservations`, body });
  };
  return {
    underWay,
    isBusy: answered !== undefined || (underWay !== undefined && underWay.intent.stopped === undefined),
    refusal,
    hold,
    forgetRefusal: () => setRefusal(undefined),
  };
}

/** This account's holds whose page is this one. */
export function holdsOf(home: string): readonly Purchase[] {
  const accountId = session.value?.accountId;
  return purchases.value.filter(
    ({ intent }) => intent.kind === 'hold' && intent.accountId === accountId && homeOf(intent) === home,
  );
}
