/** The secret of bearer tokens and the keys of tickets: configured, or made by an embedded service. */
import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportJWK, generateKeyPair } from 'jose';
import { openTicketKeys, TicketKeysInvalid } from '../../box-office/buyer/tickets.ts';
import type { TicketKeySet } from '../../box-office/buyer/tickets.ts';
import { ConfigError } from '../options/option.ts';
import type { CommandOptions } from '../options/table.ts';

const OPTION = 'ROWLOCK_TICKET_KEYS';

/**
 * Whether this service makes its own secret: development tokens need one that no other program relies on.
 * Throws `ConfigError` if nobody could be identified, or two things would verify
 * tokens.
 */
export function makesOwnSecret(options: CommandOptions<'serve'>): boolean {
  const { jwtSecret, jwks, development, databaseUrl, oidcIssuer } = options;
  if (jwtSecret !== undefined && jwks !== undefined) {
    throw new ConfigError(
      'ROWLOCK_JWT_SECRET and ROWLOCK_JWKS must not both be given: one of them verifies tokens',
    );
  }
  if (jwtSecret !== undefined || jwks !== undefined) return false;
  if (development && databaseUrl === undefined) return true;
  // People sign in at the issuer, and no program has a token.
  if (oidcIssuer !== undefined) return false;
  throw new ConfigError(
    databaseUrl === undefined
      ? 'ROWLOCK_OIDC_ISSUER, ROWLOCK_JWT_SECRET or ROWLOCK_JWKS must be given, or --development'
      : 'ROWLOCK_OIDC_ISSUER, ROWLOCK_JWT_SECRET or ROWLOCK_JWKS must be given with DATABASE_URL: development tokens need the embedded database',
  );
}

/**
 * The secret of the service that owns this data directory, made once and kept there for its owner alone, so
 * that tokens stay valid after a restart.
 */
export function ownSecret(dataDir: string): string {
  const file = join(dataDir, 'jwt-secret');
  const kept = readKept(file)?.trim();
  if (kept !== undefined && /^[\w-]{43}$/.test(kept)) return kept;
  const secret = newSecret();
  keep(file, secret);
  return secret;
}

/** A fresh secret for bearer tokens: 43 characters of base64url. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/**
 * The configured key set, from a file or from JSON; undefined if there is none. Throws `ConfigError` with a
 * line that repeats no part of the value: a misplaced private key must not get into a log.
 */
export async function givenTicketKeys(given: string | undefined): Promise<TicketKeySet | undefined> {
  if (given === undefined) return undefined;
  const isInline = given.trimStart().startsWith('{');
  return checkedKeys(isInline ? given : await readGiven(given), OPTION);
}

/**
 * The key set of the service that owns this data directory, made once and readable only by its owner. A
 * damaged set is refused, not replaced: its tickets would become invalid. Throws `ConfigError`.
 */
export async function ownTicketKeys(dataDir: string): Promise<TicketKeySet> {
  const file = join(dataDir, 'ticket-keys.json');
  const kept = readKept(file);
  if (kept !== undefined) return checkedKeys(kept, file);
  const made = await newTicketKeys();
  keep(file, made);
  return JSON.parse(made) as TicketKeySet;
}

/** A fresh key set for tickets, with one private key, as JSON. */
export async function newTicketKeys(): Promise<string> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  return JSON.stringify({ keys: [await exportJWK(privateKey)] });
}

/** Writes under another name first: a half-written key would be refused at every start. */
function keep(file: string, secret: string): void {
  writeFileSync(`${file}.new`, `${secret}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
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
    // The parser's message would quote the text.
    throw new ConfigError(`${source}: it is not JSON`);
  }
  try {
    // `null` must not count as a service without keys.
    await openTicketKeys(set ?? { keys: [] });
    return set;
  } catch (error) {
    if (error instanceof TicketKeysInvalid) throw new ConfigError(`${source}: ${error.message}`);
    throw error;
  }
}
