import { defineConfig } from 'vitest/config';
import { SlowestFirst } from './test/support/slowest-first.ts';

/** The tests in a browser: `npm run test:e2e`. Each file has a service and a Chromium of its own. */
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.e2e.test.ts'],
    globalSetup: ['test/e2e/setup.ts', 'test/support/compile-program.ts'],
    sequence: { sequencer: SlowestFirst },
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // As long as the browser waits for what is on a page (`use-browser.ts`).
    expect: { poll: { timeout: 60_000 } },
    // A service, its database and a browser keep one core busy.
    maxWorkers: 2,
  },
});
