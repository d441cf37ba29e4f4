/** What is under way with a reservation, and what its answers were. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Problem } from '../../api/answer.ts';
import type { RequestKind } from '../../outbox/request.ts';
import { isOpen, pageOf } from '../../outbox/request.ts';
import type { Purchase } from '../../outbox/state.ts';
import { outbox, purchases } from '../../outbox/state.ts';
import { session } from '../../api/sign-in.ts';

export interface Requests {
  readonly underWay: Purchase | undefined;
  readonly refusal: Problem | undefined;
  /** What has just succeeded. */
  readonly done: RequestKind | undefined;
  readonly forgetRefusal: () => void;
}

/** Looks after the requests of a reservation's page; `onAnswer` is called after each answer. */
export function useRequests(page: string, onAnswer: () => void): Requests {
  const accountId = session.value?.accountId;
  const here = purchases.value.filter(
    ({ pending }) => pending.accountId === accountId && pageOf(pending) === page,
  );
  const [refusal, setRefusal] = useState<Problem>();
  const [done, setDone] = useState<RequestKind>();
  const answered = here.find(({ pending }) => pending.answer !== undefined)?.pending;
  const underWay =
    here.find(({ pending }) => isOpen(pending)) ?? here.find(({ pending }) => pending.answer === undefined);

  useEffect(() => {
    if (answered?.answer === undefined) return;
    outbox.dismiss(answered.key);
    if (answered.answer.ok) setDone(answered.kind);
    else setRefusal(answered.answer.problem);
    onAnswer();
  }, [answered?.key]);
  // Another tab may have received and dismissed the answer: this one then only sees that something changed.
  const trace = here.map(({ pending }) => pending.key).join(' ');
  const lastTrace = useRef(trace);
  useEffect(() => {
    if (lastTrace.current !== trace) onAnswer();
    lastTrace.current = trace;
  }, [trace]);
  // A new attempt makes an old refusal untrue.
  useEffect(() => {
    if (underWay !== undefined) setRefusal(undefined);
  }, [underWay?.pending.key]);

  return { underWay, refusal, done, forgetRefusal: () => setRefusal(undefined) };
}
