/** The line of the log that says which service has started. */
import { createLogger } from '../../http/edge/log/logger.ts';
import { packageVersion } from '../../lib/package-version.ts';
import { shownValues } from '../options/option.ts';
import { COMMAND_OPTIONS } from '../options/table.ts';
import type { CommandOptions } from '../options/table.ts';
import { connectionsNeeded } from './processes/shares.ts';
import { readVersions } from '../shared/database-address.ts';

/** Logs the versions of everything that takes part, and the configuration without secrets. */
export async function logStart(
  options: CommandOptions<'serve'>,
  databaseUrl: string,
  servers: readonly string[],
): Promise<void> {
  const { postgres, schema } = await readVersions(databaseUrl);
  const started = {
    version: packageVersion(),
    schema,
    postgres,
    node: process.version,
    pid: process.pid,
    ...(servers.length > 0 && {
      servers: ['home', ...servers],
      // Each server's own, all processes together.
      connectionsMax: (servers.length + 1) * connectionsNeeded(options),
    }),
    configuration: shownValues(COMMAND_OPTIONS.serve, options),
  };
  createLogger({ level: options.logLevel }).info(started, 'started');
}
