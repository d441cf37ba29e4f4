/** The processor time, memory and event loop of this process. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Family } from './family.ts';
import { single } from './family.ts';

/** How often the event loop is looked at; a finer look costs more. */
const RESOLUTION_MS = 20;
const NS_PER_SECOND = 1e9;

export interface ProcessFigures {
  readonly families: readonly Family[];
  close(): void;
}

export function createProcessFigures(): ProcessFigures {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  const family = (name: string, help: string, value: () => number, more: Partial<Family> = {}): Family => ({
    name: `rowlock_${name}`,
    help,
    type: 'gauge',
    samples: () => single(value()),
    ...more,
  });
  return {
    families: [
      family(
        'process_cpu_seconds_total',
        'Processor time used.',
        () => {
          const { user, system } = process.cpuUsage();
          return (user + system) / 1e6;
        },
        { type: 'counter' },
      ),
      family('process_resident_memory_bytes', 'Resident memory.', () => process.memoryUsage.rss()),
      family(
        'process_heap_used_bytes',
        'Memory of live objects and garbage.',
        () => process.memoryUsage().heapUsed,
      ),
      family(
        'process_start_time_seconds',
        'When the process started, in Unix time; of several, the oldest, which is their parent.',
        () => performance.timeOrigin / 1_000,
        { aggregator: 'min' },
      ),
      {
        name: 'rowlock_event_loop_delay_seconds',
        help: 'How late the event loop was since the last scrape: median, 99th percentile and most; of several processes, the worst.',
        type: 'gauge',
        aggregator: 'max',
        samples: () => {
          const seconds = (ns: number): number =>
            Math.max(0, (ns || 0) / NS_PER_SECOND - RESOLUTION_MS / 1_000);
          const samples = [
            { labels: { at: 'p50' }, value: seconds(delay.percentile(50)) },
            { labels: { at: 'p99' }, value: seconds(delay.percentile(99)) },
            { labels: { at: 'max' }, value: seconds(delay.max) },
          ];
          delay.reset();
          return samples;
        },
      },
    ],
    close: () => delay.disable(),
  };
}
