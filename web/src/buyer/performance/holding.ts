/** Holding seats of a performance: begun here, answered here or found answered after a reload. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Problem } from '../../api/answer.ts';
import { requestTo } from '../../api/request-to.ts';
import type { CreateReservationAnswer, CreateReservationBody } from '../../api/types.ts';
import { askToSignIn } from '../../components/sign-in.tsx';
import { pageOf } from '../../outbox/request.ts';
import type { Purchase } from '../../outbox/state.ts';
import { outbox, purchases } from '../../outbox/state.ts';
import { useLocation } from 'preact-iso';
import { session } from '../../api/sign-in.ts';
import { keepChoice } from './kept-choice.ts';

export interface Holding {
  readonly underWay: Purchase | undefined;
  /** Nothing else can be held now: also from the answer until this page has gone on to the reservation. */
  readonly isBusy: boolean;
  /** Why the last one was refused. */
  readonly refusal: Problem | undefined;
  /** Asks for a sign-in first where there is none. */
  readonly hold: (body: CreateReservationBody) => void;
  readonly forgetRefusal: () => void;
}

/** `onAnsweredElsewhere` is called when a hold has ended of which another tab knows whether it has seats now. */
export function useHolding(performanceId: string, onAnsweredElsewhere: () => void): Holding {
  const page = `/performances/${performanceId}`;
  const { route } = useLocation();
  const [refusal, setRefusal] = useState<Problem>();
  const here = holdsOf(page);
  const answered = here.find(({ pending }) => pending.answer !== undefined);
  const underWay = here.find(({ pending }) => pending.answer === undefined);

  useEffect(() => {
    const answer = answered?.pending.answer;
    if (answered === undefined || answer === undefined) return;
    outbox.dismiss(answered.pending.key);
    if (answer.ok) {
      // They are held now, and chosen no longer.
      keepChoice(performanceId, []);
      route(`${page}/reservations/${(answer.data as CreateReservationAnswer).id}`);
    } else setRefusal(answer.problem);
  }, [answered?.pending.key]);
  // The answer leads on to the reservation, or says that there is none; nobody has to ask for it.
  const lastUnderWay = useRef<string | undefined>(undefined);
  useEffect(() => {
    const gone = lastUnderWay.current;
    lastUnderWay.current = underWay?.pending.key;
    if (gone !== undefined && gone !== answered?.pending.key) onAnsweredElsewhere();
  }, [underWay?.pending.key]);

  const hold = (body: CreateReservationBody): void => {
    if (session.value === undefined) return askToSignIn({ afterwards: () => hold(body) });
    setRefusal(undefined);
    void outbox.begin({
      kind: 'hold',
      ...requestTo('POST /v1/performances/{performanceId}/reservations', { params: { performanceId }, body }),
    });
  };
  return {
    underWay,
    isBusy: answered !== undefined || (underWay !== undefined && underWay.pending.stopped === undefined),
    refusal,
    hold,
    forgetRefusal: () => setRefusal(undefined),
  };
}

/** This account's holds whose page is this one. */
export function holdsOf(page: string): readonly Purchase[] {
  const accountId = session.value?.accountId;
  return purchases.value.filter(
    ({ pending }) => pending.kind === 'hold' && pending.accountId === accountId && pageOf(pending) === page,
  );
}
