/**
 * A configuration file: lines `NAME=value`, as `rowlock init` writes them. Values are taken as they are, so that systemd's
 * EnvironmentFile and a shell's `set -a` find the same in it; what one of them would read otherwise is refused.
 */
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { ConfigError } from './option.ts';
import type { OptionSpec } from './option.ts';

/** A value, and where it is written: `/etc/rowlock/rowlock.env line 12: PORT`. */
export interface Written {
  readonly value: string;
  readonly source: string;
}

/** Every variable that a file may set, by its name. */
export type Variables = ReadonlyMap<string, OptionSpec<unknown>>;

const FILE_BYTES_MAX = 64 * 1_024;
/** The right of everyone on the machine to read a file. */
const READABLE_BY_OTHERS = 0o004;

/** Reads a file. Throws `ConfigError` in one line that names the file and the line, and repeats no value. */
export function readConfigFile(path: string, variables: Variables): ReadonlyMap<string, Written> {
  const { text, mode } = readChecked(path);
  const found = new Map<string, Written>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(#.*)?$/.test(line)) continue;
    const place = `${path} line ${index + 1}`;
    const [, name = '', value = ''] = /^([A-Z][A-Z0-9_]*)=(.*)$/.exec(line.trimEnd()) ?? [];
    if (name === '') throw new ConfigError(`${place} must be NAME=value, or begin with #`);
    if (!variables.has(name)) throw new ConfigError(`${place}: there is no variable ${name}`);
    if (found.has(name)) throw new ConfigError(`${place}: ${name} is there twice`);
    const source = `${place}: ${name}`;
    const fault = faultOfValue(value);
    if (fault !== undefined) throw new ConfigError(`${source} ${fault}`);
    found.set(name, { value, source });
  }
  const hidden = [...found.keys()].filter((name) => variables.get(name)?.exposure !== undefined);
  if (hidden.length > 0 && (mode & READABLE_BY_OTHERS) !== 0) {
    throw new ConfigError(
      `${path} has ${hidden[0]} in it, and every user of this machine can read it: chmod 600 ${path}`,
    );
  }
  return found;
}

/** What is wrong with a value in a file, to follow its name; undefined where nothing is. */
export function faultOfValue(value: string): string | undefined {
  if (value === '') return 'is empty: give it a value, or remove the line';
  if (/^["'\s]/.test(value)) return 'must follow its = without a space or a quotation mark';
  // systemd takes it for an escape, and Compose a dollar sign for a variable.
  if (/[\\$]|\s#/.test(value)) return 'must have no backslash, no $ and no comment in its value';
  return undefined;
}

function readChecked(path: string): { readonly text: string; readonly mode: number } {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    throw unreadable(path, error);
  }
  try {
    const { mode, size } = fstatSync(file);
    if (size > FILE_BYTES_MAX) throw new ConfigError(`${path} has more than ${FILE_BYTES_MAX / 1_024} KiB`);
    return { text: readFileSync(file, 'utf8'), mode };
  } catch (error) {
    throw error instanceof ConfigError ? error : unreadable(path, error);
  } finally {
    closeSync(file);
  }
}

function unreadable(path: string, error: unknown): ConfigError {
  return new ConfigError(`the configuration cannot be read: ${(error as Error).message} (${path})`);
}
