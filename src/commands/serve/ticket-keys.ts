/** The keys that sign tickets: those that are configured, or those that an embedded service makes for itself. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportJWK, generateKeyPair } from 'jose';
import { openTicketKeys, TicketKeysInvalid } from '../../box-office/buyer/tickets.ts';
import type { TicketKeySet } from '../../box-office/buyer/tickets.ts';
import { ConfigError } from '../options/config.ts';

const OPTION = 'ROWLOCK_TICKET_KEYS';

/**
 * The configured key set: a file's, or the JSON itself; undefined when none is. Throws `ConfigError`, whose line repeats
 * nothing of what was given: a key that was put in the wrong place must not end in a log.
 */
export async function givenTicketKeys(given: string | undefined): Promise<TicketKeySet | undefined> {
  if (given === undefined) return undefined;
  const isInline = given.trimStart().startsWith('{');
  return checkedKeys(isInline ? given : await readGiven(given), OPTION);
}

/**
 * The key set of the service that owns this data directory, made once. Kept readable by its owner only. One that was
 * spoilt is refused, not replaced: the tickets that it signed would turn invalid. Throws `ConfigError`.
 */
export async function ownTicketKeys(dataDir: string): Promise<TicketKeySet> {
  const file = join(dataDir, 'ticket-keys.json');
  const kept = readKept(file);
  if (kept !== undefined) return checkedKeys(kept, file);
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const set = { keys: [await exportJWK(privateKey)] };
  // Renamed into place: half a key would be refused ever after.
  writeFileSync(`${file}.new`, `${JSON.stringify(set)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return set;
}

async function readGiven(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new ConfigError(`${OPTION}: it is neither JSON nor a file that can be read (${code})`);
  }
}

function readKept(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function checkedKeys(text: string, source: string): Promise<TicketKeySet> {
  let set: TicketKeySet;
  try {
    set = JSON.parse(text) as TicketKeySet;
  } catch {
    // The parser's own words quote the text.
    throw new ConfigError(`${source}: it is not JSON`);
  }
  try {
    // What `null` amounts to is no set, and must not pass for a service without one.
    await openTicketKeys(set ?? { keys: [] });
    return set;
  } catch (error) {
    if (error instanceof TicketKeysInvalid) throw new ConfigError(`${source}: ${error.message}`);
    throw error;
  }
}
