/** `rowlock server add|list|drain`: the servers of a home. */
import { addServer } from '../box-office/servers/add-server.ts';
import { drainServer, readServersInUse } from '../box-office/servers/map-rows.ts';
import type { ServerInUse } from '../box-office/servers/map-rows.ts';
import { checkServer } from '../box-office/servers/this-server.ts';
import type { ServerAddress } from '../box-office/servers/this-server.ts';
import { readHome } from '../box-office/servers/prepare.ts';
import { faultInServers } from '../box-office/options.ts';
import { HOME_SERVER } from '../domain/ids.ts';
import { ConfigError } from './options/option.ts';
import type { CommandOptions } from './options/table.ts';
import { inspectDatabase } from './shared/database-address.ts';
import { CommandFailed } from './shared/failure.ts';
import { withDatabase, withDatabaseUrl } from './shared/reach-database.ts';
import { addToServersFile, readServersFile } from './shared/servers-file.ts';
import { note, say } from './shared/terminal.ts';

/** Adds a server. Its address goes into the file only, or is in it already. */
export async function runServerAdd(given: ServerAddress, options: CommandOptions<'add'>): Promise<number> {
  const server = given.url === '' ? { ...given, url: addressIn(options.servers, given.name) } : given;
  const fault = faultInServers({ [server.name]: server.url });
  if (fault !== undefined) throw new ConfigError(`a server ${fault}`);
  if (PASSWORD_IN_URL.test(given.url)) {
    note(
      'WARNING: other users of this machine can read the password; write the address into the file of servers first',
    );
  }
  for (const warning of await inspectDatabase(server.url)) note(`WARNING: ${warning}`);
  const added = await withDatabaseUrl({ ...options, create: false }, (home) => addServer(home, server));
  if (options.servers !== undefined && given.url !== '')
    addToServersFile(options.servers, server.name, server.url);
  say(
    added === 'added' ? `added the server "${server.name}"` : `the server "${server.name}" is known already`,
  );
  if (options.servers === undefined)
    note('give --servers FILE to write its address into the file that serve reads');
  return 0;
}

const PASSWORD_IN_URL = /^\w+:\/\/[^/@:]*:[^/@]+@/;

function addressIn(file: string | undefined, name: string): string {
  const url = readServersFile(file)[name];
  if (url !== undefined) return url;
  throw new ConfigError(
    `no address: give a URL, or --servers FILE with one for ${JSON.stringify(name.slice(0, 70))}`,
  );
}

/** Lists the servers, and whether each answers as what it is. */
export async function runServerList(options: CommandOptions<'list'>): Promise<number> {
  const addresses = readServersFile(options.servers);
  const servers = await withDatabaseUrl({ ...options, create: false }, (url) =>
    withDatabase(url, async (database) => {
      const home = await readHome(database);
      const known = await database.connect(readServersInUse);
      return Promise.all(
        known.map(async (server) => ({ ...server, answers: await answerOf(server, addresses, home?.id) })),
      );
    }),
  );
  say(options.json ? JSON.stringify(servers, undefined, 2) : tableOf(servers));
  return servers.every(({ answers }) => answers === 'yes') ? 0 : 1;
}

async function answerOf(
  { name }: ServerInUse,
  addresses: Readonly<Record<string, string>>,
  homeId: string | undefined,
): Promise<string> {
  if (name === HOME_SERVER) return 'yes';
  const url = addresses[name];
  if (url === undefined) return 'no address: give --servers FILE';
  try {
    await checkServer({ name, url }, homeId);
    return 'yes';
  } catch (error) {
    return `no: ${(error as Error).message}`;
  }
}

function tableOf(servers: readonly (ServerInUse & { readonly answers: string })[]): string {
  const rows = servers.map(({ name, state, performances, answers }) => [
    name,
    state,
    String(performances),
    answers,
  ]);
  const all = [['server', 'state', 'performances', 'answers'], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => row[column]!.length)));
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Keeps new performances off a server, or with `--end` no longer. */
export async function runServerDrain(name: string, options: CommandOptions<'drain'>): Promise<number> {
  const state = options.end ? 'active' : 'draining';
  const isKnown = await withDatabaseUrl({ ...options, create: false }, (url) =>
    withDatabase(url, async (database) => {
      await readHome(database);
      return drainServer(database, name, state);
    }),
  );
  if (!isKnown) throw new CommandFailed(`this home has no server ${JSON.stringify(name.slice(0, 70))}`);
  say(`the server "${name}" is ${state}`);
  return 0;
}
