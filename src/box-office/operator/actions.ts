/** The operator log of all servers: a row is where the act happened, and the list is merged by time. */
import { isRefusal } from '../../domain/outcomes.ts';
import { listActions } from '../../operator-log/list-actions.ts';
import type { ActionPage, OperatorAction } from '../../operator-log/list-actions.ts';
import { reading } from '../context.ts';
import type { BoxOfficeContext, ReadRefusal } from '../context.ts';
import type { ActionsRequest } from '../interface.ts';
import { fromAll, ofAway } from '../servers/from-all.ts';
import type { Part, Parts } from '../servers/from-all.ts';
import type { Servers } from '../servers/servers.ts';

/** A row of the operator log, and on which server it is where there are several. Their ids are of each server by itself. */
export interface LoggedAction extends OperatorAction {
  readonly server?: string;
}

/** A page of the operator log. */
export interface ActionList {
  readonly actions: readonly LoggedAction[];
  /** Where the next page begins: a text where there are several servers. Undefined on the last page. */
  readonly before: number | string | undefined;
  /** The servers that were away: what was done there is missing. Left out when none was. */
  readonly away?: readonly string[];
}

/** Where a page begins on each of several servers: `home.120~seoul-1.44`. */
export const ACTIONS_CURSOR_PATTERN =
  '^[a-z][a-z0-9-]{0,62}\\.\\d{1,15}(~[a-z][a-z0-9-]{0,62}\\.\\d{1,15})*$';
export const ACTIONS_CURSOR_LENGTH_MAX = 5_200;

/** A page of what was done on all servers, newest first. */
export async function listEveryAction(
  at: BoxOfficeContext,
  servers: Servers,
  { before, limit, performanceId }: ActionsRequest,
): Promise<ActionList | ReadRefusal> {
  if (servers.all.length === 1 && typeof before !== 'string') {
    return reading(at, (connection) => listActions(connection, { before, limit }, performanceId));
  }
  const from = positionsOf(before);
  const parts = await fromAll(servers, at, (there, server) =>
    reading(there, (connection) =>
      listActions(connection, { before: from.get(server), limit }, performanceId),
    ),
  );
  return isRefusal(parts) ? parts : mergedActions(parts, from, limit);
}

function positionsOf(before: number | string | undefined): ReadonlyMap<string, number> {
  if (typeof before !== 'string') return new Map(before === undefined ? [] : [['home', before]]);
  return new Map(
    before.split('~').map((place) => {
      const [server = '', id] = place.split('.');
      return [server, Number(id)];
    }),
  );
}

/** The newest of what the servers have. One that was away is asked again from where it was. */
function mergedActions(
  { parts, away }: Parts<ActionPage>,
  from: ReadonlyMap<string, number>,
  limit: number,
): ActionList {
  const all = parts.flatMap(({ server, answer }) => answer.actions.map((action) => ({ ...action, server })));
  const actions = all.toSorted((a, b) => b.at.getTime() - a.at.getTime()).slice(0, limit);
  const isMore = all.length > limit || parts.some(({ answer }) => answer.before !== undefined);
  const next = new Map(from);
  for (const part of parts) next.set(part.server, positionAfter(part, actions, from));
  const before = [...next].map(([server, id]) => `${server}.${id}`).join('~');
  return { actions, before: isMore ? before : undefined, ...ofAway(away) };
}

/** Where the next page begins on a server: below what this one has of it. */
function positionAfter(
  { server }: Part<ActionPage>,
  actions: readonly LoggedAction[],
  from: ReadonlyMap<string, number>,
): number {
  const own = actions.filter((action) => action.server === server).map(({ id }) => id);
  return own.length === 0 ? (from.get(server) ?? BEYOND_ALL) : Math.min(...own);
}

const BEYOND_ALL = 999_999_999_999_999;
