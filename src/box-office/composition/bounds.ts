/** Where each method's requests are carried out, in which time, and what is counted of them. */
import type { Outcome } from '../../domain/outcomes.ts';
import type { BoxOfficeContext, ReadRefusal } from '../context.ts';
import { createDeadlines } from '../deadline.ts';
import type { Deadlines, Found, LateWrite } from '../deadline.ts';
import type { ObservedOperation } from '../observer.ts';
import type { Activity } from '../operator/activity.ts';
import { following, performanceIdOf } from '../servers/following.ts';
import type { FoundServer, Servers } from '../servers/servers.ts';

/** Makes methods of work that is carried out in one place. */
export interface Methods extends Deadlines {
  /** A write whose answer is counted. */
  readonly writing: <Request, Answer extends Outcome>(
    operation: ObservedOperation,
    work: (at: BoxOfficeContext, request: Request) => Promise<Answer>,
  ) => (request: Request) => Promise<Answer | LateWrite | ReadRefusal>;
}

export interface Bounds {
  /** What concerns accounts, and what concerns every server. */
  readonly atHome: Methods;
  /** What concerns one performance: the first argument is its id, or has it. */
  readonly byPerformance: Methods;
}

export function createBounds(servers: Servers, activity: Activity, deadlineMs: number): Bounds {
  const { home } = servers;
  const methods = (deadlines: Deadlines): Methods => ({
    ...deadlines,
    writing: (operation, work) => activity.counted(operation, deadlines.write(work)),
  });
  const { read, write } = createDeadlines(
    // The rules of the arguments have seen to it that there is an id.
    (given) => contextOf(servers.of(performanceIdOf(given))),
    deadlineMs,
  );
  return {
    atHome: methods(createDeadlines(() => home.context, deadlineMs)),
    byPerformance: methods({
      read: (work) => read(following(servers, work)),
      write: (work) => write(following(servers, work)),
    }),
  };
}

function contextOf(found: FoundServer | Promise<FoundServer>): Found | Promise<Found> {
  if (found instanceof Promise) return found.then(contextOf);
  return 'outcome' in found ? found : found.context;
}
