/** The files of results, checked first: minutes of measuring must not end at an unwritable path. */
import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { ConfigError } from '../options/option.ts';

/** Throws `ConfigError` with the flag in one line unless the file can be written. Leaves no file. */
export function checkWritable(flag: string, file: string): void {
  refusingBy(flag, () => {
    const isNew = !existsSync(file);
    closeSync(openSync(file, 'a'));
    if (isNew) rmSync(file);
  });
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
