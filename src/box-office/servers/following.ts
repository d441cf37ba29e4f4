/**
 * Follows performances that move. A server that has no such performance, or fails because its rows went while it worked, may
 * have a departure of it: then the map is read again, and the request is repeated where the map leads.
 */
import { refusalOf } from '../../db/refusal.ts';
import { refuse } from '../../domain/outcomes.ts';
import type { BoxOfficeContext, ReadRefusal } from '../context.ts';
import { readDeparture } from '../moving/departures.ts';
import type { PerformanceServer } from './open-server.ts';
import type { Servers } from './servers.ts';

/** Work on one performance, whose first argument is its id or has it. */
type Work<Given extends readonly unknown[], Answer> = (
  at: BoxOfficeContext,
  ...given: Given
) => Promise<Answer>;

/** More often than this no performance moves within one request. */
const HOPS_MAX = 3;

const moving = refuse('contended', { cause: 'moving' });

/** Makes work follow its performance to the server where it has moved. */
export function following<Given extends readonly unknown[], Answer>(
  servers: Pick<Servers, 'of' | 'forget'>,
  work: Work<Given, Answer>,
): Work<Given, Answer | ReadRefusal> {
  const workAt = async (at: BoxOfficeContext, given: Given, hops: number): Promise<Answer | ReadRefusal> => {
    const next = async (): Promise<Answer | ReadRefusal | undefined> => {
      const found = await findMoved(servers, at, performanceIdOf(given[0]));
      if (found === undefined || 'outcome' in found) return found;
      return hops === HOPS_MAX
        ? moving
        : workAt({ ...found.context, deadline: at.deadline }, given, hops + 1);
    };
    let answer: Answer;
    try {
      answer = await work(at, ...given);
    } catch (error) {
      const answered = await next();
      if (answered === undefined) throw error;
      return answered;
    }
    return isNotFound(answer) ? ((await next()) ?? answer) : answer;
  };
  return (at, ...given) => workAt(at, given, 0);
}

/** The server of a performance that is not where it was looked for; undefined for one that has not left. */
export async function findMoved(
  servers: Pick<Servers, 'of' | 'forget'>,
  at: Pick<BoxOfficeContext, 'database' | 'deadline'>,
  performanceId: string,
): Promise<PerformanceServer | ReadRefusal | undefined> {
  try {
    const departure = await at.database.connect(
      (connection) => readDeparture(connection, performanceId),
      at.deadline,
    );
    if (departure === undefined) return undefined;
    servers.forget(performanceId);
    const server = await servers.of(performanceId);
    if ('outcome' in server || server.context.database !== at.database) return server;
    // The map leads here still: it is switched last. A service that knows one server only can't follow.
    return departure.step === 'gone' ? refuse('overloaded', { cause: 'server' }) : moving;
  } catch (error) {
    return refusalOf(error);
  }
}

/** Whether an answer says that something was not found. */
export function isNotFound(answer: unknown): boolean {
  return (
    typeof answer === 'object' && answer !== null && 'outcome' in answer && answer.outcome === 'not_found'
  );
}

/** The id of the performance that a request is about. */
export function performanceIdOf(given: unknown): string {
  return typeof given === 'string' ? given : (given as { readonly performanceId: string }).performanceId;
}
