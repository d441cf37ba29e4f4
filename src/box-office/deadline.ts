/** The deadline of a request: a bound on the sum of its waits, each of which has its own bound. */
import type { Refusal } from '../domain/outcomes.ts';
import { refuse } from '../domain/outcomes.ts';

/** How long a request may take by default. */
export const REQUEST_DEADLINE_MS = 10_000;

export interface Deadlines {
  /** Answers a late write with `outcome_unknown`. The write goes on, and a duplicate gets its result. */
  readonly write: <Request, Answer>(
    work: (request: Request) => Promise<Answer>,
  ) => (request: Request) => Promise<Answer | Refusal<'outcome_unknown'>>;
  /** Answers a late read with `contended`. */
  readonly read: <Given extends readonly unknown[], Answer>(
    work: (...given: Given) => Promise<Answer>,
  ) => (...given: Given) => Promise<Answer | Refusal<'contended'>>;
}

/** Bounds requests by a deadline in milliseconds. */
export function createDeadlines(deadlineMs: number): Deadlines {
  return {
    write: (work) => (request) => answeredBy(deadlineMs, work(request), refuse('outcome_unknown')),
    read:
      (work) =>
      (...given) =>
        answeredBy(deadlineMs, work(...given), refuse('contended', { cause: 'deadline' })),
  };
}

function answeredBy<Answer, Late>(
  deadlineMs: number,
  work: Promise<Answer>,
  late: Late,
): Promise<Answer | Late> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(late), deadlineMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
