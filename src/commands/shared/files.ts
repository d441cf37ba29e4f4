/** The files of results, checked first: minutes of measuring must not end at an unwritable path. */
import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { ConfigError } from '../options/option.ts';

/** Throws `ConfigError` with the flag in one line unless the file can be written. Writes nothing. */
export function checkWritable(flag: string, file: string): void {
  refusingBy(flag, () => {
    try {
      closeSync(openSync(file, 'r+'));
    } catch (error) {
      if (!isMissing(error) || !existsSync(dirname(file))) throw error;
      accessSync(dirname(file), constants.W_OK | constants.X_OK);
    }
  });
}

/**
 * Throws `ConfigError` unless the directory exists, or can be made, and files can be written in it. Writes nothing.
 */
export function checkDirectory(flag: string, directory: string): void {
  refusingBy(flag, () => {
    let existing = directory;
    while (!existsSync(existing) && dirname(existing) !== existing) existing = dirname(existing);
    if (!statSync(existing).isDirectory()) throw new Error(`ENOTDIR: not a directory, '${existing}'`);
    accessSync(existing, constants.W_OK | constants.X_OK);
  });
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/**
 * Makes the directory, and returns whether it is new. Throws `ConfigError` unless files can be written in it.
 */
export function makeDirectory(flag: string, directory: string): boolean {
  return refusingBy(flag, () => {
    const made = mkdirSync(directory, { recursive: true });
    accessSync(directory, constants.W_OK);
    return made !== undefined;
  });
}

function refusingBy<T>(flag: string, attempt: () => T): T {
  try {
    return attempt();
  } catch (error) {
    throw new ConfigError(`${flag} cannot be written: ${(error as Error).message}`, { cause: error });
  }
}

/** A name for what begins now, in UTC: `20250131-154500`. */
export function timeName(): string {
  return new Date().toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
}
