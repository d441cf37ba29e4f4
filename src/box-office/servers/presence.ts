/**
 * Whether a server of performances is there. A server that is away must cost the others nothing: after a failure to reach it,
 * its requests are refused at once, and one probe a second finds out when it is back.
 */
import { CommitUnknown, ConnectionLost, ConnectionUnavailable, DeadlinePassed } from '../../db/database.ts';
import type { Connection, Database } from '../../db/database.ts';
import type { Deadline } from '../../lib/deadline.ts';

/** How long after a failed try the next one begins. */
const PROBE_EVERY_MS = 1_000;

export interface Presence {
  readonly isAway: boolean;
  /** The database, whose `connect` throws `ConnectionUnavailable` with the reason `server` while the server is away. */
  guard(database: Database): Database;
  /** Notes that the server can't be reached. */
  noteAway(): void;
  /** Ends the probes. */
  close(): Promise<void>;
}

/** Creates it for a server that is there. `probe` resolves once the server can be used, and rejects while it can't. */
export function createPresence(probe: () => Promise<void>): Presence {
  let isAway = false;
  let isClosed = false;
  /** When the server last answered anything. */
  let answeredAtMs = -Infinity;
  let timer: NodeJS.Timeout | undefined;
  let probing: Promise<void> = Promise.resolve();

  function noteAway(): void {
    if (isAway || isClosed) return;
    isAway = true;
    probeLater();
  }

  function probeLater(): void {
    timer = setTimeout(() => {
      probing = probe().then(
        () => {
          isAway = false;
        },
        () => {
          if (!isClosed) probeLater();
        },
      );
    }, PROBE_EVERY_MS);
    timer.unref();
  }

  async function through<T>(
    database: Database,
    work: (connection: Connection) => Promise<T>,
    deadline: Deadline | undefined,
  ): Promise<T> {
    if (isAway) throw new ConnectionUnavailable('server');
    const beganAtMs = performance.now();
    try {
      const result = await database.connect(work, deadline);
      answeredAtMs = performance.now();
      return result;
    } catch (error) {
      throw judged(error, beganAtMs);
    }
  }

  /** Notes what an error says of the server. A connection that died tells the caller that the server is away. */
  function judged(error: unknown, beganAtMs: number): unknown {
    const wasSilent = answeredAtMs < beganAtMs;
    if (error instanceof ConnectionUnavailable) {
      // Connections that all hang are those of a server that no longer answers.
      const isGone = error.reason === 'database' || (error.reason === 'pool' && wasSilent);
      if (!isGone) return error;
      noteAway();
      return new ConnectionUnavailable('server', { cause: error });
    }
    if (error instanceof ConnectionLost) return new ConnectionUnavailable('server', { cause: error });
    if (!(error instanceof CommitUnknown) && !(error instanceof DeadlinePassed))
      answeredAtMs = performance.now();
    return error;
  }

  const guard = (database: Database): Database => ({
    ...database,
    connect: (work, deadline) => through(database, work, deadline),
    withPrologue: (prologue) => guard(database.withPrologue(prologue)),
  });

  return {
    get isAway() {
      return isAway;
    },
    guard,
    noteAway,
    close: async () => {
      isClosed = true;
      clearTimeout(timer);
      await probing;
    },
  };
}
