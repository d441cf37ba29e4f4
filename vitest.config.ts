import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/*.e2e.test.ts', '**/node_modules/**'],
    globalSetup: ['test/support/database-server.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A second, the default, is short for a process to end on a busy machine.
    expect: { poll: { timeout: 15_000 } },
    // Each file works in a database of its own, so files may run side by side; two cores make two workers.
    maxWorkers: 2,
    // Importing the program anew for every file would take most of the run; no test leaves anything in its modules.
    isolate: false,
  },
});
