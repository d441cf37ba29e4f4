/** Failures of commands: one line when the user can fix the cause, a stack only for a bug of the program. */
import { statSync } from 'node:fs';
import { CatalogueInvalid } from '../../catalogue/import/document/problems.ts';
import { ServersRefused } from '../../box-office/servers/this-server.ts';
import { ConfigError } from '../options/option.ts';
import { ConnectionUnavailable } from '../../db/database.ts';
import { EmbeddedServerError } from '../../embedded-server/server.ts';
import { TransactionPooling } from '../../db/pooler.ts';
import { sqlstateOf } from '../../db/sqlstate.ts';
import { StrategyRefused } from '../../operations/registry.ts';
import { PackageMissing } from '../../lib/optional-packages.ts';
import { note } from './terminal.ts';

/** A command cannot continue. The message is one line for the user. */
export class CommandFailed extends Error {}

/** A catalogue's file was refused; each of its problems is a line that names the file. */
export class CatalogueFileRefused extends Error {
  readonly file: string;
  readonly refusal: CatalogueInvalid;
  constructor(file: string, refusal: CatalogueInvalid) {
    super(refusal.message, { cause: refusal });
    this.file = file;
    this.refusal = refusal;
  }
}

/** Throws `CommandFailed` for a directory, which the system's error does not name; else the system's. */
export function refuseDirectory(file: string): void {
  if (statSync(file).isDirectory()) throw new CommandFailed(`${file} is a directory, not a file`);
}

const EXIT_FAILED = 1;
export const EXIT_USAGE = 2;

/** Prints why a command failed and returns its exit code: 2 for wrong use, 1 for anything else. */
export function reportFailure(error: unknown): number {
  for (const line of linesOf(error)) note(`rowlock: ${line}`);
  return isWrongUse(error) ? EXIT_USAGE : EXIT_FAILED;
}

function isWrongUse(error: unknown): boolean {
  return error instanceof ConfigError || error instanceof StrategyRefused;
}

/** Why something failed, in lines for the user; one with line breaks is the stack of a bug. */
export function linesOf(error: unknown): readonly string[] {
  if (error instanceof CatalogueInvalid) return catalogueLines(error);
  if (error instanceof CatalogueFileRefused) return catalogueLines(error.refusal, error.file);
  if (error instanceof ConnectionUnavailable) return linesOf(error.cause ?? new CommandFailed(error.message));
  if (!(error instanceof Error)) return [String(error)];
  if (isWrongUse(error) || isOwn(error)) return [oneLine(error.message)];
  const sqlstate = sqlstateOf(error);
  if (sqlstate !== undefined)
    return [`the database refused: ${oneLine(error.message)} (SQLSTATE ${sqlstate})`];
  // The user can fix system errors, such as a missing file or a full disk.
  if ('syscall' in error) return [oneLine(error.message)];
  return [error.stack ?? error.message];
}

function isOwn(error: Error): boolean {
  return (
    error instanceof CommandFailed ||
    error instanceof EmbeddedServerError ||
    error instanceof PackageMissing ||
    error instanceof TransactionPooling ||
    error instanceof ServersRefused
  );
}

function catalogueLines(
  { problems, problemCount }: CatalogueInvalid,
  file = 'the catalogue',
): readonly string[] {
  const lines = problems.map(({ path, rule, line, column }) => {
    const place = line === undefined ? path || 'the document' : `line ${line}, column ${column ?? 1}`;
    return `${file}: ${place}: ${rule}`;
  });
  const more = problemCount - problems.length;
  const rest = more > 0 ? [`and ${more} more`] : [];
  return [...lines, ...rest, `${file} was refused; nothing was changed`];
}

function oneLine(message: string): string {
  return message.replaceAll(/\s*\n\s*/g, ' ');
}
