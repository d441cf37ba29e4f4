/** Durations are measured by a monotonic clock: the wall clock may be set while a request waits. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** Files that name moments of the calendar, which only the wall clock knows. */
const NAMES_MOMENTS: ReadonlySet<string> = new Set([
  // A token's `exp` and `iat` are Unix times.
  'src/bench/measure/tokens.ts',
  'src/http/edge/tokens/claims.ts',
  'src/http/edge/tokens/development.ts',
  'src/http/edge/tokens/verified-tokens.ts',
  // What the database's clock is compared with.
  'src/box-office/figures/figures.ts',
  // Times that a journal or a table keeps, and names made of the time.
  'src/bench/measure/memory-journal.ts',
  'src/commands/bench/service.ts',
  'src/commands/demo/demo.ts',
  'src/load/journal.ts',
  'src/load/plant.ts',
  // A sign-in that another process may end; the database's clock, compared with this machine's.
  'src/http/sign-in/attempt.ts',
  'src/commands/doctor/surroundings.ts',
  // What a browser keeps over a reload, compared with the database's time.
  'web/src/buyer/checkout/pay-panel.tsx',
  'web/src/outbox/state.ts',
  // Times that tests give to rows, tokens and pages, or compare with the database's; a name and a seed made of the time.
  'test/concurrency/live-seats.pg.test.ts',
  'test/conformance/hold/one-after-another.ts',
  'test/e2e/recovering.e2e.test.ts',
  'test/e2e/seat-map.e2e.test.ts',
  'test/faults/kill-grouped.pg.test.ts',
  'test/operating/point-in-time.pg.test.ts',
  'test/servers/kill-servers.pg.test.ts',
  'test/support/database.ts',
  'test/support/http.ts',
  'test/support/seed.ts',
  'test/measure/token-costs.ts',
]);

it('no duration is measured by the wall clock', () => {
  const files = execFileSync('git', ['ls-files', 'src', 'web/src', 'test'], { encoding: 'utf8' })
    .split('\n')
    .filter((file) => /\.tsx?$/.test(file) && (file.startsWith('test/') || !/\.test\.tsx?$/.test(file)));
  const asking = files.filter((file) => /\bDate\.now\(\)/.test(readFileSync(file, 'utf8')));
  expect(asking.filter((file) => !NAMES_MOMENTS.has(file))).toEqual([]);
});
