import { movePerformance } from '../box-office/moving/move.ts';
import type { Moved } from '../box-office/moving/move.ts';
import { withPlaces } from '../box-office/moving/places.ts';
import { CATALOGUE_ID_PATTERN } from '../domain/ids.ts';
import type { CommandOptions } from './options/table.ts';
import { ConfigError } from './options/option.ts';
import { withDatabaseUrl } from './shared/reach-database.ts';
import { readServersFile } from './shared/servers-file.ts';
import { say } from './shared/terminal.ts';

/** `rowlock move PERFORMANCE SERVER`: moves a performance, goes on with a move, or puts back what has not moved yet. */
export async function runMove(
  performanceId: string,
  target: string,
  options: CommandOptions<'move'>,
): Promise<number> {
  for (const [what, id] of [
    ['performance', performanceId],
    ['server', target],
  ]) {
    if (!new RegExp(CATALOGUE_ID_PATTERN).test(id!))
      throw new ConfigError(`the ${what} must be lower-case letters, digits and hyphens, at most 64`);
  }
  const servers = readServersFile(options.servers);
  const moved = await withDatabaseUrl({ ...options, create: false }, (databaseUrl) =>
    withPlaces({ databaseUrl, servers }, (places) => movePerformance(places, { performanceId, target })),
  );
  say(inWords(performanceId, target, moved));
  return 0;
}

function inWords(performanceId: string, target: string, { outcome, source, interruptedMs }: Moved): string {
  if (outcome === 'already there') return `${performanceId} is on ${target} already; nothing was done`;
  if (outcome === 'put back')
    return `put ${performanceId} back on ${target}; it had not moved to ${source} yet`;
  const seconds = (interruptedMs / 1_000).toFixed(1);
  return `moved ${performanceId} from ${source} to ${target}; its sale was interrupted for ${seconds} s`;
}
