/** Asks every server for its part of a list. A list has what the servers that are there have, and names the others. */
import { isRefusal, refuse } from '../../domain/outcomes.ts';
import { inTime } from '../../lib/in-time.ts';
import type { BoxOfficeContext, ReadRefusal } from '../context.ts';
import type { PerformanceServer } from './open-server.ts';
import type { Servers } from './servers.ts';

/** How long a list waits for a server that is not the home. One that hangs is then left out. */
const PATIENCE_MS = 2_000;

/** A server's part of a list. */
export interface Part<Answer> {
  readonly server: string;
  readonly context: BoxOfficeContext;
  readonly answer: Answer;
}

export interface Parts<Answer> {
  /** In the order of the servers, the home's first. */
  readonly parts: readonly Part<Answer>[];
  /** The names of the servers that did not answer. */
  readonly away: readonly string[];
}

/** Asks all servers at once. The home's refusal refuses the list. */
export async function fromAll<Answer extends object>(
  { all }: Pick<Servers, 'all'>,
  { deadline }: Pick<BoxOfficeContext, 'deadline'>,
  work: (at: BoxOfficeContext, server: string) => Promise<Answer | ReadRefusal>,
): Promise<Parts<Answer> | ReadRefusal> {
  const answers = await Promise.all(
    all.map((server) => {
      const answer = work({ ...server.context, deadline }, server.name);
      return isHome(server) ? answer : inPatience(answer);
    }),
  );
  const parts: Part<Answer>[] = [];
  const away: string[] = [];
  for (const [i, answer] of answers.entries()) {
    const server = all[i]!;
    if (!isRefusal(answer)) {
      parts.push({ server: server.name, context: { ...server.context, deadline }, answer });
    } else if (isHome(server)) return answer as ReadRefusal;
    else away.push(server.name);
  }
  return { parts, away };
}

const AWAY = refuse('overloaded', { cause: 'server' });

async function inPatience<Answer>(answer: Promise<Answer>): Promise<Answer | ReadRefusal> {
  return (await inTime(answer, PATIENCE_MS)) ?? AWAY;
}

const isHome = ({ presence }: PerformanceServer): boolean => presence === undefined;

/** What a list says of the servers that are away: nothing where none is. */
export function ofAway(away: readonly string[]): { readonly away?: readonly string[] } {
  return away.length === 0 ? {} : { away };
}
