/** The file of further servers. It has passwords in its addresses, so no message repeats more than a name. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { faultInServers } from '../../box-office/options.ts';
import { ConfigError } from '../options/option.ts';

/** The addresses of servers by name. */
export type ServerUrls = Readonly<Record<string, string>>;

/** The largest file that is read: 63 addresses are far less. */
const FILE_BYTES_MAX = 1_048_576;

/** Reads the file; no servers without one. Throws `ConfigError` in one line. */
export function readServersFile(path: string | undefined): ServerUrls {
  return path === undefined ? {} : serversIn(textOf(path), path);
}

/** Adds a server to the file, or makes it: readable by its owner only. Throws `ConfigError`. */
export function addToServersFile(path: string, name: string, url: string): void {
  const known = isMissing(path) ? {} : readServersFile(path);
  const servers = { ...known, [name]: url };
  const fault = faultInServers(servers);
  if (fault !== undefined) throw new ConfigError(`${path}: "servers" ${fault}`);
  // Under another name first: a service that starts meanwhile must not read half of it.
  writeFileSync(`${path}.new`, `${JSON.stringify({ servers }, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

function serversIn(text: string, path: string): ServerUrls {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    // The parser's message would quote the text.
    throw new ConfigError(`${path} must be JSON like {"servers": {"seoul-1": "postgres://…"}}`);
  }
  const { servers, ...others } = Object(document) as Readonly<Record<string, unknown>>;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined)
    throw new ConfigError(
      `${path} must have no member but "servers", not ${JSON.stringify(unknown.slice(0, 70))}`,
    );
  const fault = faultInServers(servers);
  if (fault !== undefined) throw new ConfigError(`${path}: "servers" ${fault}`);
  return servers as ServerUrls;
}

function textOf(path: string): string {
  try {
    const bytes = readFileSync(path);
    if (bytes.length > FILE_BYTES_MAX)
      throw new ConfigError(`${path} must have at most ${FILE_BYTES_MAX} bytes`);
    return bytes.toString('utf8');
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(
      `ROWLOCK_SERVERS: ${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unreadable'})`,
    );
  }
}

function isMissing(path: string): boolean {
  try {
    readFileSync(path);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}
