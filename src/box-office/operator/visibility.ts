/** Takes a concert off the list, and puts it back. */
import { readConcert } from '../../catalogue/concerts.ts';
import type { Concert } from '../../catalogue/concerts.ts';
import { setConcertHidden } from '../../catalogue/visibility.ts';
import { commit, rollback } from '../../db/database.ts';
import type { Connection } from '../../db/database.ts';
import type { Refusal, Unsettled } from '../../domain/outcomes.ts';
import { isRefusal, refuse } from '../../domain/outcomes.ts';
import type { By } from '../../operator-log/note-action.ts';
import { noteAction } from '../../operator-log/note-action.ts';
import { settle } from '../../operations/settle.ts';
import type { BoxOfficeContext } from '../context.ts';
import { mergedConcerts } from '../servers/concerts.ts';
import type { Servers } from '../servers/servers.ts';

interface VisibilitySet {
  readonly outcome: 'visibility_set';
  readonly concert: Concert;
}

export type VisibilityRefusal = Refusal<'not_found', never> | Unsettled;

/**
 * Hides a concert from buyers, or lists it again, and returns it as it then is. Its sale goes on for buyers
 * who have the address of a performance; reservations and tickets stay as they are.
 */
export async function setVisibility(
  { database, barrier }: Pick<BoxOfficeContext, 'database' | 'barrier'>,
  concertId: string,
  visibility: { readonly hidden: boolean },
  by: By,
): Promise<Concert | VisibilityRefusal> {
  const { hidden } = visibility;
  const attempt = (connection: Connection): Promise<VisibilitySet | undefined> =>
    connection.transaction({}, async (tx) => {
      if (!(await setConcertHidden(tx, concertId, hidden))) return rollback(undefined);
      await noteAction(tx, by, { action: hidden ? 'concert_hidden' : 'concert_listed', concertId });
      const concert = await readConcert(tx, concertId, { withHidden: true });
      return concert === undefined ? rollback(undefined) : commit({ outcome: 'visibility_set', concert });
    });
  const replay = async (connection: Connection): Promise<VisibilitySet | undefined> => {
    const concert = await readConcert(connection, concertId, { withHidden: true });
    return concert?.hidden === hidden ? { outcome: 'visibility_set', concert } : undefined;
  };
  const refuseWith = async (): Promise<VisibilityRefusal> => refuse('not_found', { what: 'concert' });
  const core = { attempt, replay, refuseWith };
  const answer = await settle<string, VisibilitySet, VisibilityRefusal>(database, core, concertId, {
    barrier,
  });
  return answer.outcome === 'visibility_set' ? answer.concert : answer;
}

/**
 * The same on every server that has the concert. Where one can't be asked after another was written, the outcome is unknown:
 * the request can be repeated.
 */
export async function setVisibilityEverywhere(
  at: BoxOfficeContext,
  { all }: Pick<Servers, 'all'>,
  concertId: string,
  visibility: { readonly hidden: boolean },
  by: By,
): Promise<Concert | VisibilityRefusal> {
  const written: { readonly server: string; readonly concert: Concert }[] = [];
  for (const { name, context } of all) {
    const answer = await setVisibility(context, concertId, visibility, by);
    if (!isRefusal(answer)) written.push({ server: name, concert: answer });
    else if (answer.outcome !== 'not_found') return written.length > 0 ? refuse('outcome_unknown') : answer;
  }
  const parts = written.map(({ server, concert }) => ({ server, context: at, answer: [concert] }));
  const [concert] = mergedConcerts({ parts, away: [] }).concerts;
  return concert ?? refuse('not_found', { what: 'concert' });
}
