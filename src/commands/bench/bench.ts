/** `rowlock bench`: the flags. */
import { Command, Option } from 'commander';
import type { BenchFlags } from './run.ts';

/** The command, for the program to add. Wrong use throws `ConfigError` or commander's own errors. */
export function benchCommand(): Command {
  return new Command('bench')
    .description(
      'measure group execution against PostgreSQL at its best; exits with 0 when every floor is met',
    )
    .exitOverride()
    .showHelpAfterError('(rowlock bench --help lists the options)')
    .allowExcessArguments(false)
    .addOption(new Option('--quick', 'the same in under a minute: smaller halls, one repeat'))
    .addOption(new Option('--only <names>', 'some of the workloads: hot-wallet,crowd'))
    .addOption(new Option('--json <file>', 'also write the result as JSON'))
    .addOption(
      new Option(
        '--out <directory>',
        'where every repeat, the manifest and the table are written (default: results/bench-<time>)',
      ),
    )
    .addOption(
      new Option(
        '--database-url <url>',
        'a PostgreSQL 15 or later; the benchmark works in a schema of its own there, and removes it (default: an embedded one, removed afterwards)',
      ),
    )
    .action(async (flags: BenchFlags) => {
      // Loaded when it is run, so that help costs nothing of it.
      process.exitCode = await (await import('./run.ts')).runBenchCommand(flags);
    });
}
