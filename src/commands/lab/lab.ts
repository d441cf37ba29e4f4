/** `rowlock lab claims | compare`: the flags, and what they ask of the lab. */
import { Command, Option } from 'commander';
import { ConfigError } from '../options/config.ts';
import type { LabFlags } from '../options/lab-flags.ts';

/** Resolves to the exit code; loaded when it is needed, so that help costs nothing of the lab. */
type Run = (flags: LabFlags) => Promise<number>;

/** The command with its subcommands, for the program to add. Wrong use throws `ConfigError` or commander's own errors. */
export function labCommand(): Command {
  const lab = new Command('lab')
    .description('measure locking strategies on a real database')
    .exitOverride()
    .showHelpAfterError('(rowlock lab --help lists the commands)');
  const claims = new Command('claims')
    .description('put every claim of the source analysis to the test')
    .addOption(new Option('--only <ids>', 'some of them: C1,C5'))
    .addOption(
      new Option('--quick', 'the same shapes in under a minute: fewer repeats, times ten times shorter'),
    )
    .addOption(
      new Option('--seed <number>', 'the same seed makes the same order and the same chances').default('1'),
    );
  const compare = new Command('compare')
    .description('measure strategies side by side; every option takes a list, and all combinations are run')
    .addOption(new Option('--operation <names>', 'topUp, hold, pay').makeOptionMandatory())
    .addOption(new Option('--strategies <names>', 'default: those of the operation, and its control'))
    .addOption(new Option('--requests <numbers>', 'how many requests').default('200'))
    .addOption(new Option('--pool <numbers>', 'connections').default('20'))
    .addOption(new Option('--work-ms <numbers>', 'work between the read and the write').default('0'))
    .addOption(new Option('--accounts <numbers>', 'wallets: one is the hottest').default('1'))
    .addOption(
      new Option('--seats <numbers>', 'seats, or reservations to pay: one is the hottest').default('1'),
    )
    .addOption(
      new Option(
        '--timeout-ms <numbers>',
        'bounds the wait for a connection and each statement; 0 is none',
      ).default('5000'),
    )
    .addOption(
      new Option(
        '--isolation <levels>',
        'read-committed, repeatable-read, serializable, or own: the strategy’s',
      ).default('own'),
    )
    .addOption(new Option('--repeats <numbers>', 'how often each combination is measured').default('5'))
    .addOption(
      new Option('--load <kinds>', 'closed: all at once; open:RATE: so many arrive per second').default(
        'closed',
      ),
    )
    .addOption(
      new Option('--seed <numbers>', 'the same seed makes the same order and the same chances').default('1'),
    );
  lab.addCommand(addCommon(claims, async (flags) => (await import('./run.ts')).runLabClaims(flags)));
  lab.addCommand(addCommon(compare, async (flags) => (await import('./run.ts')).runLabCompare(flags)));
  return lab;
}

function addCommon(command: Command, run: Run): Command {
  return command
    .exitOverride()
    .showHelpAfterError('(rowlock lab --help lists the commands, and --help after one of them its options)')
    .addOption(
      new Option(
        '--database-url <url>',
        'a PostgreSQL 15 or later; the lab works in a schema of its own there, and removes it (default: an embedded one, removed afterwards)',
      ),
    )
    .addOption(
      new Option(
        '--redis-url <url>',
        'a Redis for redis-lock (default: a redis-server on the PATH, for as long as it is needed)',
      ),
    )
    .addOption(
      new Option(
        '--out <directory>',
        'where the measurement and its report are written (default: results/lab-<command>-<time>)',
      ),
    )
    .addOption(new Option('--json <file>', 'also write the result as JSON'))
    .addOption(new Option('--csv <file>', 'also write the result as CSV'))
    .action(async (flags: LabFlags, self: Command) => {
      if (self.args.length > 0) throw new ConfigError(`${self.name()} takes no argument "${self.args[0]}"`);
      process.exitCode = await run(flags);
    });
}
