/** How the processes of a service share its database connections. */
import type { BoxOfficeOptions } from '../../../box-office/box-office.ts';
import { ConfigError } from '../../options/option.ts';
import type { CommandOptions } from '../../options/table.ts';
import { boxOfficeOptions } from '../service.ts';
import type { ServiceSettings } from '../service.ts';

type Shared = Pick<CommandOptions<'serve'>, 'processes' | 'poolSize' | 'waitersMax'>;

/** One for the figures of the database, one for an audit. */
const METRICS_CONNECTIONS = 2;

/** The parent's own: one to sweep, one to carry cancellations out. */
const CARETAKER_POOL_SIZE = 2;

/** Throws `ConfigError` unless each process gets a connection. */
export function checkShares({ processes, poolSize }: Shared): void {
  if (poolSize >= processes) return;
  throw new ConfigError(
    `ROWLOCK_POOL_SIZE (${poolSize}) must be at least ROWLOCK_PROCESSES (${processes}): each process needs a connection`,
  );
}

/** What one process gets of the bounds that hold for all together. */
export function shareOf<Options extends Shared>(options: Options): Options {
  const { processes, poolSize, waitersMax } = options;
  return {
    ...options,
    poolSize: Math.floor(poolSize / processes),
    waitersMax: Math.max(1, Math.floor(waitersMax / processes)),
  };
}

/**
 * How many connections the whole service may open: the pools, one for each process's live seats, one for an import, those
 * of the metrics, and of several processes the parent's and those of a process that is being replaced.
 */
export function connectionsNeeded(
  options: Shared & Partial<Pick<CommandOptions<'serve'>, 'metricsPort'>>,
): number {
  const { processes, metricsPort } = options;
  const perProcess = shareOf(options).poolSize + 1;
  const alone = processes * perProcess + 1 + (metricsPort === undefined ? 0 : METRICS_CONNECTIONS);
  return processes === 1 ? alone : alone + perProcess + CARETAKER_POOL_SIZE;
}

/** The parent's box office: it migrates and sweeps, and no buyer reaches it. */
export function caretakerOptions(settings: ServiceSettings): BoxOfficeOptions {
  const { database, ...options } = boxOfficeOptions(settings);
  return { ...options, database: { ...database, poolSize: CARETAKER_POOL_SIZE } };
}

/** A child's box office. */
export function childOptions(settings: ServiceSettings, onWarning: (line: string) => void): BoxOfficeOptions {
  return { ...boxOfficeOptions(settings, onWarning), migrate: false, sweepIntervalMs: 0 };
}
