/** The service in a process of its own, and what its log says about how it answered. */
import type { RowlockProcess } from '../rowlock-process.ts';
import { startRowlock } from '../rowlock-process.ts';

export const SECRET = 'a secret of the storm, thirty-two bytes long';

/** The service's bounds: short, so that faults meet each of them. */
export const BOUNDS = {
  requestDeadlineMs: 2_000,
  acquireTimeoutMs: 1_500,
  statementTimeoutMs: 1_500,
  lockTimeoutMs: 1_000,
  poolSize: 12,
} as const;

export interface StormService {
  readonly process: RowlockProcess;
  readonly url: string;
}

/**
 * Starts `rowlock serve`; `preloads` are modules beside this one that are loaded first. It has as many processes as the test
 * run says, unless `processes` says otherwise.
 */
export async function startStormService(
  databaseUrl: string,
  preloads: readonly string[] = [],
  requestDeadlineMs: number = BOUNDS.requestDeadlineMs,
  processes?: number,
): Promise<StormService> {
  const { acquireTimeoutMs, statementTimeoutMs, lockTimeoutMs, poolSize } = BOUNDS;
  const process = startRowlock(['serve', '--port', '0', '--access-log', 'on'], {
    env: {
      DATABASE_URL: databaseUrl,
      ROWLOCK_JWT_SECRET: SECRET,
      ROWLOCK_REQUEST_DEADLINE_MS: String(requestDeadlineMs),
      ROWLOCK_ACQUIRE_TIMEOUT_MS: String(acquireTimeoutMs),
      ROWLOCK_STATEMENT_TIMEOUT_MS: String(statementTimeoutMs),
      ROWLOCK_LOCK_TIMEOUT_MS: String(lockTimeoutMs),
      ROWLOCK_POOL_SIZE: String(poolSize),
      ...(processes !== undefined && { ROWLOCK_PROCESSES: String(processes) }),
    },
    preloads: ['./stalls.ts', ...preloads].map((name) => new URL(name, import.meta.url)),
  });
  const [, url = ''] = await process.printed(/open at (http:\S+)/);
  return { process, url };
}

/** What a service's log says about a storm. */
export interface ServiceLog {
  /** Answers by outcome. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** The longest answer in milliseconds, without the time in which the process stood still. */
  readonly slowestMs: number;
  /** An error that nobody expected: its line of the log, and all that was printed beside the log. */
  readonly errors: readonly string[];
}

interface LogLine {
  readonly level: number;
  readonly time: number;
  readonly ms?: number;
  readonly outcome?: string;
}

const SHOWN_LINES = 40;
const SHOWN_CHARACTERS = 4_000;

/** The errors for a test's message, which unlike a comparison of lists shows them in full; within bounds. */
export function textOfErrors(errors: readonly string[]): string {
  const shown = errors.slice(0, SHOWN_LINES).map((line) => line.slice(0, SHOWN_CHARACTERS));
  const more = errors.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more lines`] : [])].join('\n');
}

/** Reads what the service printed; each line of the log is of a moment since 1970, as is each stall. */
export function readServiceLog({ stdout, stderr }: { stdout: string; stderr: string }): ServiceLog {
  const stalls = [...stderr.matchAll(/^stalled (\d+) (\d+)$/gm)].map(([, until, ms]) => ({
    from: Number(until) - Number(ms),
    until: Number(until),
  }));
  const outcomes: Record<string, number> = {};
  const printed = stderr.split('\n').filter((line) => line !== '' && !/^stalled \d+ \d+$/.test(line));
  const errors = printed.some((line) => /unhandled|uncaught|^\s+at |Error:/i.test(line)) ? printed : [];
  let slowestMs = 0;
  for (const text of stdout.split('\n')) {
    if (!text.startsWith('{')) continue;
    const line = JSON.parse(text) as LogLine;
    if (line.level >= 50) errors.push(text);
    if (line.ms === undefined || line.outcome === undefined) continue;
    outcomes[line.outcome] = (outcomes[line.outcome] ?? 0) + 1;
    if (line.ms <= slowestMs) continue;
    const from = line.time - line.ms;
    const stalledMs = stalls.reduce(
      (sum, stall) => sum + Math.max(0, Math.min(stall.until, line.time) - Math.max(stall.from, from)),
      0,
    );
    slowestMs = Math.max(slowestMs, line.ms - stalledMs);
  }
  return { outcomes, slowestMs: Math.round(slowestMs), errors };
}
