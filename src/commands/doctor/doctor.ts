import { refuseTransactionPooling, TransactionPooling } from '../../db/pooler.ts';
import type { Finding } from '../checks/finding.ts';
import { findingsOf } from '../checks/finding.ts';
import { readSettings, settingsFindings } from '../checks/server-settings.ts';
import type { CommandOptions } from '../options/table.ts';
import { connectionsNeeded } from '../serve/processes/shares.ts';
import { withClient } from '../shared/database-address.ts';
import { CommandFailed, linesOf } from '../shared/failure.ts';
import { reachDatabaseUrl } from '../shared/reach-database.ts';
import { readServersFile } from '../shared/servers-file.ts';
import { say } from '../shared/terminal.ts';
import { configurationFindings } from './configuration.ts';
import { formatFindings, findingsToJson } from './report.ts';
import { rightsFindings } from './rights.ts';
import { clockFinding, diskFinding, encryptionFinding, statisticsFinding } from './surroundings.ts';

type DoctorOptions = CommandOptions<'doctor'>;

/**
 * `rowlock doctor`: checks a configuration and its database, and changes neither. Prints a line for each check. Returns 0,
 * or 1 when one fails.
 */
export async function runDoctor(options: DoctorOptions): Promise<number> {
  const findings = [
    ...(await configurationFindings(options)),
    ...(await databaseFindings(options)),
    ...(await serversFindings(options)),
  ];
  say(options.json ? findingsToJson(findings) : formatFindings(findings));
  return findings.some(({ level }) => level === 'fail') ? 1 : 0;
}

async function databaseFindings(options: DoctorOptions): Promise<readonly Finding[]> {
  const { fail } = findingsOf('database');
  try {
    return await reachDatabaseUrl({ ...options, create: false }, (url) => askDatabase(url, options));
  } catch (error) {
    const [line = 'it cannot be used', ...more] = linesOf(error);
    // A stack is a bug of the program, which this report must not hide.
    if (more.length > 0 || line.includes('\n')) throw error;
    return [fail(line)];
  }
}

/** The same of each further server, which the messages name. Throws `ConfigError` for a file that can't be read. */
async function serversFindings(options: DoctorOptions): Promise<readonly Finding[]> {
  const servers = Object.entries(readServersFile(options.servers));
  const found = await Promise.all(
    servers.map(async ([name, url]) => {
      const { fail } = findingsOf('database');
      const findings = await askDatabase(url, options).catch((error: unknown) => {
        if (!(error instanceof CommandFailed)) throw error;
        return [fail(error.message.replace('DATABASE_URL', 'its address'))];
      });
      return findings.map((finding) => ({ ...finding, message: `server "${name}": ${finding.message}` }));
    }),
  );
  return found.flat();
}

async function askDatabase(url: string, options: DoctorOptions): Promise<readonly Finding[]> {
  const demands = {
    durability: options.durability,
    connections: options.services * connectionsNeeded(options),
  };
  return withClient(url, async (client) => {
    const settings = settingsFindings(await readSettings(client), demands);
    if (settings.some(({ check, level }) => check === 'version' && level === 'fail')) return settings;
    return [
      ...settings,
      await poolerFinding(url),
      ...(await rightsFindings(client, url)),
      await statisticsFinding(client),
      await clockFinding(client),
      await diskFinding(client),
      await encryptionFinding(client),
    ];
  });
}

async function poolerFinding(url: string): Promise<Finding> {
  const { ok, fail } = findingsOf('pooler');
  try {
    await refuseTransactionPooling(url);
    return ok('each connection has a session of its own');
  } catch (error) {
    if (error instanceof TransactionPooling) return fail(error.message);
    throw new CommandFailed((error as Error).message, { cause: error });
  }
}
