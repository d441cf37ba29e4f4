/** How a command fails: in one line where the user can mend it, with a stack only where the program is at fault. */
import { statSync } from 'node:fs';
import { CatalogueInvalid } from '../../catalogue/import/document/problems.ts';
import { ConfigError } from '../options/config.ts';
import { ConnectionUnavailable } from '../../db/database.ts';
import { EmbeddedServerError } from '../../embedded-server/server.ts';
import { sqlstateOf } from '../../db/sqlstate.ts';
import { StrategyRefused } from '../../operations/registry.ts';
import { note } from './terminal.ts';

/** A command can not go on. The message is one line for the user. */
export class CommandFailed extends Error {}

/** Reading a directory fails without its name. Throws `CommandFailed` for one, and the system's error for what is not there. */
export function refuseDirectory(file: string): void {
  if (statSync(file).isDirectory()) throw new CommandFailed(`${file} is a directory and not a file`);
}

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

/** Says why a command failed, on standard error, and returns its exit code: 2 for a wrong use, 1 for all else. */
export function reportFailure(error: unknown): number {
  for (const line of linesOf(error)) note(`rowlock: ${line}`);
  return isWrongUse(error) ? EXIT_USAGE : EXIT_FAILED;
}

function isWrongUse(error: unknown): boolean {
  return error instanceof ConfigError || error instanceof StrategyRefused;
}

function linesOf(error: unknown): readonly string[] {
  if (error instanceof CatalogueInvalid) return catalogueLines(error);
  if (error instanceof ConnectionUnavailable) return linesOf(error.cause ?? new CommandFailed(error.message));
  if (!(error instanceof Error)) return [String(error)];
  if (isWrongUse(error) || isOwn(error)) return [oneLine(error.message)];
  const sqlstate = sqlstateOf(error);
  if (sqlstate !== undefined)
    return [`the database refused: ${oneLine(error.message)} (SQLSTATE ${sqlstate})`];
  // What the system refuses, such as a missing file or a full disk, is the user's to mend.
  if ('syscall' in error) return [oneLine(error.message)];
  return [error.stack ?? error.message];
}

function isOwn(error: Error): boolean {
  return error instanceof CommandFailed || error instanceof EmbeddedServerError;
}

function catalogueLines({ problems, problemCount }: CatalogueInvalid): readonly string[] {
  const lines = problems.map(({ path, rule, line, column }) => {
    const place = line === undefined ? path || 'the document' : `line ${line}, column ${column ?? 1}`;
    return `${place}: ${rule}`;
  });
  const more = problemCount - problems.length;
  const rest = more > 0 ? [`and ${more} more`] : [];
  return [...lines, ...rest, 'the catalogue was refused, nothing was changed'];
}

function oneLine(message: string): string {
  return message.replaceAll(/\s*\n\s*/g, ' ');
}
