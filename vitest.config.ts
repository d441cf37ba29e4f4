import { defineConfig } from 'vitest/config';
import { SlowestFirst } from './test/support/slowest-first.ts';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'web/src/**/*.test.ts', 'web/worker/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/*.e2e.test.ts', '**/*.webkit.test.ts', '**/node_modules/**'],
    globalSetup: ['test/support/database-server.ts', 'test/support/compile-program.ts'],
    sequence: { sequencer: SlowestFirst },
    // What hangs must end, and what waits its turn on a busy machine must not: bounds far above what anything takes.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
    // Each file works in a database of its own, so files may run side by side; two cores make two workers.
    maxWorkers: 2,
    // Importing the program anew for every file would take most of the run; no test leaves anything in its modules.
    isolate: false,
  },
});
