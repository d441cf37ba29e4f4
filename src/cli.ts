#!/usr/bin/env node
/** The command line: every command with its options, and what each of them runs. */
import { readFileSync } from 'node:fs';
import { Command, CommanderError, Option } from 'commander';
import { benchCommand } from './commands/bench/bench.ts';
import { reportFailure } from './commands/shared/failure.ts';
import { labCommand } from './commands/lab/lab.ts';
import type { CommandName, CommandOptions, GivenFlags } from './commands/options/config.ts';
import { COMMAND_OPTIONS, helpOf, readOptions } from './commands/options/config.ts';

const EXIT_USAGE = 2;

/** Each command is loaded when it is run, so that help costs nothing of the others. */
function createProgram(): Command {
  const program = new Command('rowlock')
    .description('Concert ticketing that sells every seat exactly once.')
    .version(packageVersion())
    .exitOverride()
    .showHelpAfterError('(rowlock --help lists the commands and their options)');
  addCommand(
    program,
    'serve',
    'run the service, on the embedded database unless DATABASE_URL names another',
  ).action(act('serve', async (options) => (await import('./commands/serve/serve.ts')).runServe(options)));
  addCommand(program, 'demo', 'let a crowd of buyers storm a running service, then audit it').action(
    act('demo', async (options) => (await import('./commands/demo/demo.ts')).runDemo(options)),
  );
  addCommand(
    program,
    'audit',
    'check every invariant; exits with 0 when clean, 1 on violations, 2 when not checked',
  ).action(act('audit', async (options) => (await import('./commands/audit.ts')).runAudit(options)));
  addCommand(program, 'import', 'import concerts, venues and performances, all or nothing')
    .argument('<file>', 'a catalogue in JSON')
    .action((file: string, flags: GivenFlags) =>
      act('import', async (options) => (await import('./commands/import.ts')).runImport(file, options))(
        flags,
      ),
    );
  addCommand(program, 'migrate', 'bring the database to the newest schema').action(
    act('migrate', async (options) => (await import('./commands/migrate.ts')).runMigrate(options)),
  );
  program.addCommand(labCommand());
  program.addCommand(benchCommand());
  return program;
}

function packageVersion(): string {
  const file = new URL('../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version;
}

/** Adds a command with its options from the table. */
function addCommand(program: Command, name: CommandName, description: string): Command {
  const command = program.command(name).description(description);
  const options = COMMAND_OPTIONS[name].map(helpOf);
  for (const { flag, help } of options) {
    if (flag !== undefined) command.addOption(new Option(flag, help));
  }
  const others = options.filter(({ flag }) => flag === undefined).map(({ help }) => `  ${help}`);
  if (others.length > 0) command.addHelpText('after', `\nFrom the environment only:\n${others.join('\n')}`);
  return command;
}

function act<Name extends CommandName>(
  name: Name,
  run: (options: CommandOptions<Name>) => Promise<number>,
): (flags: GivenFlags) => Promise<void> {
  return async (flags) => {
    process.exitCode = await run(readOptions(COMMAND_OPTIONS[name], flags, process.env));
  };
}

/** Help and version end with 0; what commander refuses it has said itself. */
function exitCodeOf(error: unknown): number {
  if (!(error instanceof CommanderError)) return reportFailure(error);
  return error.exitCode === 0 ? 0 : EXIT_USAGE;
}

// A reader that has seen enough (`rowlock audit | head`) and a terminal that was closed are no faults.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

try {
  await createProgram().parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}
