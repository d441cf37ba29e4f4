/**
 * The deadline of each request. The request carries it into its waits: for a connection, in a group's queue, for a lock in
 * Redis, between attempts. What waits without it, such as a reading that requests share, ends here for its request.
 */
import type { Refusal } from '../domain/outcomes.ts';
import { refuse } from '../domain/outcomes.ts';
import { Deadline } from '../lib/deadline.ts';
import type { BoxOfficeContext, ReadRefusal } from './context.ts';

/** How long a request may take by default. */
export const REQUEST_DEADLINE_MS = 10_000;

/** A late write: `contended` if it was in no transaction, so that nothing was written; else its outcome is unknown. */
export type LateWrite = Refusal<'contended' | 'outcome_unknown'>;

/** Where a request is carried out, or why that can't be known. */
export type Found = BoxOfficeContext | ReadRefusal;

/** Finds where a request is carried out, from its first argument. A promise only where memory does not know. */
export type Route = (given: unknown) => Found | Promise<Found>;

export interface Deadlines {
  /** Bounds a write. If it is late while it is at work, the work goes on, and a duplicate gets its result. */
  readonly write: <Request, Answer>(
    work: (at: BoxOfficeContext, request: Request) => Promise<Answer>,
  ) => (request: Request) => Promise<Answer | LateWrite | ReadRefusal>;
  /** Bounds a read: a late one is `contended`. */
  readonly read: <Given extends readonly unknown[], Answer>(
    work: (at: BoxOfficeContext, ...given: Given) => Promise<Answer>,
  ) => (...given: Given) => Promise<Answer | ReadRefusal>;
}

const late = refuse('contended', { cause: 'deadline' });

/** Gives each request a deadline in this many milliseconds, in a context of its own. */
export function createDeadlines(route: Route, deadlineMs: number): Deadlines {
  return {
    write: (work) => (request) => {
      const deadline = new Deadline(deadlineMs);
      const answer = whereFound(route(request), (context) => work({ ...context, deadline }, request));
      return answeredBy(deadlineMs, answer, () =>
        deadline.end() === 'at work' ? refuse('outcome_unknown') : late,
      );
    },
    read:
      (work) =>
      (...given) => {
        const deadline = new Deadline(deadlineMs);
        const answer = whereFound(route(given[0]), (context) => work({ ...context, deadline }, ...given));
        return answeredBy(deadlineMs, answer, () => late);
      },
  };
}

function whereFound<Answer>(
  found: Found | Promise<Found>,
  work: (context: BoxOfficeContext) => Promise<Answer>,
): Promise<Answer | ReadRefusal> {
  // No promise for what nearly every request finds.
  if (found instanceof Promise) return found.then((known) => whereFound(known, work));
  return 'outcome' in found ? Promise.resolve(found) : work(found);
}

function answeredBy<Answer, Late>(
  deadlineMs: number,
  work: Promise<Answer>,
  lateAnswer: () => Late,
): Promise<Answer | Late> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(lateAnswer()), deadlineMs);
    work.then(
      (answer) => {
        clearTimeout(timer);
        resolve(answer);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
