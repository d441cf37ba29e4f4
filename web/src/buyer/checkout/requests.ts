/** What is under way with a reservation, and what its answers were. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Problem } from '../../api/answer.ts';
import { homeOf } from '../../outbox/page-path.ts';
import type { IntentKind } from '../../outbox/request.ts';
import { isOpen } from '../../outbox/request.ts';
import type { Purchase } from '../../outbox/state.ts';
import { courier, purchases } from '../../outbox/state.ts';
import { session } from '../../api/sign-in.ts';

export interface Orders {
  readonly underWay: Purchase | undefined;
  readonly refusal: Problem | undefined;
  /** What has just succeeded. */
  readonly done: IntentKind | undefined;
  readonly forgetRefusal: () => void;
}

/** Looks after the intents of a reservation's page; `onAnswer` is called after each answer. */
export function useOrders(home: string, onAnswer: () => void): Orders {
  const accountId = session.value?.accountId;
  const here = purchases.value.filter(
    ({ intent }) => intent.accountId === accountId && homeOf(intent) === home,
  );
  const [refusal, setRefusal] = useState<Problem>();
  const [done, setDone] = useState<IntentKind>();
  const answered = here.find(({ intent }) => intent.answer !== undefined)?.intent;
  const underWay =
    here.find(({ intent }) => isOpen(intent)) ?? here.find(({ intent }) => intent.answer === undefined);

  useEffect(() => {
    if (answered?.answer === undefined) return;
    courier.dismiss(answered.key);
    if (answered.answer.ok) setDone(answered.kind);
    else setRefusal(answered.answer.problem);
    onAnswer();
  }, [answered?.key]);
  // Another tab may have heard the answer and forgotten it: then all that is seen here is that something changed.
  const trace = here.map(({ intent }) => intent.key).join(' ');
  const lastTrace = useRef(trace);
  useEffect(() => {
    if (lastTrace.current !== trace) onAnswer();
    lastTrace.current = trace;
  }, [trace]);
  // A new attempt makes an old refusal untrue.
  useEffect(() => {
    if (underWay !== undefined) setRefusal(undefined);
  }, [underWay?.intent.key]);

  return { underWay, refusal, done, forgetRefusal: () => setRefusal(undefined) };
}
