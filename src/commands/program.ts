/** Every command: its description, and the module that runs it. Options are in `options/table.ts`. */
import { Command } from 'commander';
import { requirePackages } from '../lib/optional-packages.ts';
import { packageVersion } from '../lib/package-version.ts';
import { addOptions } from './options/option.ts';
import { readOptions } from './options/read.ts';
import { COMMAND_OPTIONS, VARIABLES } from './options/table.ts';
import type { CommandName, CommandOptions } from './options/table.ts';

/** Parses a command line and runs its command. Throws `ConfigError` or commander's error. */
export function createProgram(): Command {
  const program = new Command('rowlock')
    .description('Concert ticketing that sells every seat exactly once.')
    .version(packageVersion())
    .exitOverride()
    .showHelpAfterError('(rowlock --help lists the commands)');
  // Each command loads its module when it runs, and so loads nothing that only others need.
  add(
    program,
    'serve',
    'run the service, on the embedded database unless DATABASE_URL names another',
    async (options) => (await import('./serve/serve.ts')).runServe(options),
  );
  add(program, 'demo', 'send a crowd of buyers to a running service, then audit it', async (options) => {
    requirePackages('the demo', 'cli-progress', 'undici');
    return (await import('./demo/demo.ts')).runDemo(options);
  });
  add(
    program,
    'audit',
    'check every invariant; exits with 0 when clean, 1 on violations, 2 when not checked',
    async (options) => (await import('./audit.ts')).runAudit(options),
  );
  add(
    program,
    'import',
    'import concerts, venues and performances, all or nothing',
    async (options, [file = '']) => (await import('./import.ts')).runImport(file, options),
  ).argument('<file>', 'a catalogue in JSON');
  add(program, 'migrate', 'bring the database to the newest schema', async (options) =>
    (await import('./migrate.ts')).runMigrate(options),
  );
  add(
    program,
    'move',
    'move a performance to another server, or go on with a move; to its source puts it back',
    async (options, [performanceId = '', server = '']) =>
      (await import('./move.ts')).runMove(performanceId, server, options),
  )
    .argument('<performance>', 'its id')
    .argument('<server>', 'the name of a server, such as home');
  add(program, 'init', 'write a configuration with fresh secrets; overwrites nothing', async (options) =>
    (await import('./init/init.ts')).runInit(options),
  );
  add(
    program,
    'doctor',
    'check a configuration and its database, and say what to change; exits with 0, or 1 when something fails',
    async (options) => (await import('./doctor/doctor.ts')).runDoctor(options),
  );
  const server = program
    .command('server')
    .description('database servers that have performances: see docs/operating/scale.md')
    .showHelpAfterError('(rowlock server --help lists the commands)');
  add(
    server,
    'add',
    'make an empty database a server of this home, and write its address into the file of servers',
    async (options, [name = '', url = '']) =>
      (await import('./server.ts')).runServerAdd({ name, url }, options),
  )
    .argument('<name>', 'lower-case letters, digits and hyphens, such as seoul-1')
    .argument(
      '[url]',
      'postgres://user:password@host:port/database; by default what the file of servers says',
    );
  add(server, 'list', 'show the servers, and which of them answer', async (options) =>
    (await import('./server.ts')).runServerList(options),
  );
  add(server, 'drain', 'keep new performances off a server', async (options, [name = '']) =>
    (await import('./server.ts')).runServerDrain(name, options),
  ).argument('<name>', 'the name of the server');
  const lab = program
    .command('lab')
    .description('measure locking strategies on a real database')
    .showHelpAfterError('(rowlock lab --help lists the commands)');
  add(lab, 'claims', 'test every claim of the analysis', async (options) => {
    requireLab();
    return (await import('./lab/run.ts')).runLabClaims(options);
  });
  add(
    lab,
    'compare',
    'measure strategies side by side; options take lists, and every combination is measured',
    async (options) => {
      requireLab();
      return (await import('./lab/run.ts')).runLabCompare(options);
    },
  );
  add(
    program,
    'bench',
    'measure group execution against PostgreSQL at its best; exits with 0 when every floor is met, 1 when one is missed, 3 when the run is too noisy to tell, 4 when one is not shown',
    async (options) => {
      requirePackages('the benchmark', 'cli-progress', 'undici');
      return (await import('./bench/run.ts')).runBenchCommand(options);
    },
  );
  return program;
}

function requireLab(): void {
  requirePackages('the lab', 'cli-progress', 'echarts', 'ioredis', 'redis-semaphore');
}

function add<Name extends CommandName>(
  parent: Command,
  name: Name,
  description: string,
  run: (options: CommandOptions<Name>, args: readonly string[]) => Promise<number>,
): Command {
  const path = parent.parent === null ? `${parent.name()} ${name}` : `rowlock ${parent.name()} ${name}`;
  const specs = COMMAND_OPTIONS[name];
  const command = parent
    .command(name)
    .description(description)
    .showHelpAfterError(`(${path} --help lists the options)`)
    .action(async () => {
      process.exitCode = await run(readOptions(specs, command, VARIABLES), command.args);
    });
  addOptions(command, specs);
  return command;
}
