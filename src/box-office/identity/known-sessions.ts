/** Sessions that this process has read a moment ago, so that a request costs no statement. */
import { createWeightedCache } from '../../lib/weighted-cache.ts';

/**
 * How long a process may go on with what it has read of a session. A session that another process ends is refused
 * everywhere within this time.
 */
export const SESSION_FRESH_MS = 5_000;

/** So many sessions are kept, the most recently used ones. */
const KNOWN_MAX = 20_000;

/** A browser's session, as requests need it. */
export interface KnownSession {
  readonly accountId: string;
  readonly scopes: ReadonlySet<string>;
}

interface Entry {
  /** Undefined for a secret that has no session. */
  readonly session: KnownSession | undefined;
  readonly untilMs: number;
}

export interface KnownSessions {
  /** Undefined where nothing fresh is known. */
  find(key: string): { readonly session: KnownSession | undefined } | undefined;
  /** Notes what was read; a session is kept no longer than it lasts. */
  note(key: string, session: KnownSession | undefined, lastsMs?: number): void;
  /** Notes that an account's sessions have ended: those that are known here are refused from now on. */
  endAll(accountId: string): void;
}

/** Creates the cache; tests move its clock. */
export function createKnownSessions(nowMs: () => number = () => performance.now()): KnownSessions {
  const entries = createWeightedCache<Entry>(KNOWN_MAX, () => 1);
  /** When an account's sessions were ended here; an entry from before that may still be in the cache. */
  const ended = createWeightedCache<number>(KNOWN_MAX, () => 1);
  return {
    find: (key) => {
      const entry = entries.get(key);
      if (entry === undefined || nowMs() >= entry.untilMs) return undefined;
      const { session, untilMs } = entry;
      const endedAtMs = session && ended.get(session.accountId);
      return endedAtMs !== undefined && untilMs - SESSION_FRESH_MS <= endedAtMs ? undefined : entry;
    },
    note: (key, session, lastsMs = Infinity) =>
      entries.set(key, { session, untilMs: nowMs() + Math.min(SESSION_FRESH_MS, lastsMs) }),
    endAll: (accountId) => ended.set(accountId, nowMs()),
  };
}
