#!/usr/bin/env node
/** The command line: runs a command and turns a failure into a message and an exit code. */
import { CommanderError } from 'commander';
import { createProgram } from './commands/program.ts';
import { EXIT_USAGE, reportFailure } from './commands/shared/failure.ts';

/** Help and version end with 0. Commander has already printed its own errors. */
function exitCodeOf(error: unknown): number {
  if (!(error instanceof CommanderError)) return reportFailure(error);
  return error.exitCode === 0 ? 0 : EXIT_USAGE;
}

// A reader that stops early (`rowlock audit | head`) and a closed terminal are not errors.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

try {
  await createProgram().parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}
