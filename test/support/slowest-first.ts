import { relative } from 'node:path';
import type { TestSpecification } from 'vitest/node';
import { BaseSequencer } from 'vitest/node';

/** The files that take longest, the slowest first; the lists need not be exact. */
const SLOWEST = [
  'src/bench/bench.pg.test.ts',
  'test/servers/',
  'test/failover/',
  'test/package/',
  'test/faults/',
  'src/commands/lab/',
  'src/commands/serve/',
  'test/operating/',
  'src/embedded-server/',
  'src/operations/wrappers/',
  'src/bench/measure/',
  'src/box-office/misuse.pg.test.ts',
  'test/conformance/',
  'src/box-office/operator/import/',
  'test/concurrency/',
  'src/commands/',
  'test/e2e/operator.e2e.test.ts',
  'test/e2e/accessibility.e2e.test.ts',
  'test/e2e/seat-map.e2e.test.ts',
  'test/e2e/recovering.e2e.test.ts',
  'test/e2e/navigation.e2e.test.ts',
  'test/e2e/sign-in.e2e.test.ts',
  'test/e2e/operating.e2e.test.ts',
];

/**
 * They replace the timers of Node. Files share a process, and what such a file is the first to import keeps the replaced ones: so they
 * come when all else has been imported.
 */
const LAST = ['src/commands/serve/supervise.test.ts', 'src/commands/serve/processes/children.test.ts'];

/** Starts the slowest files first, so that no worker is left with one at the end. A first run knows no durations. */
export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { root } = this.ctx.config;
    const rankOf = ({ moduleId }: TestSpecification): number => {
      const path = relative(root, moduleId);
      if (LAST.includes(path)) return SLOWEST.length + 1;
      const rank = SLOWEST.findIndex((slow) => path.startsWith(slow));
      return rank === -1 ? SLOWEST.length : rank;
    };
    return files.toSorted((a, b) => rankOf(a) - rankOf(b));
  }
}
