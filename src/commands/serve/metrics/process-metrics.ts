/** The metrics of one process of a service. */
import { Registry } from 'prom-client';
import type { BoxOffice, BoxOfficeObserver, ProcessActivity } from '../../../box-office/box-office.ts';
import type { HttpObserver } from '../../../http/observing/answers.ts';
import type { Families, Family } from './family.ts';
import { register, single } from './family.ts';
import { createHttpCounts } from './http.ts';
import { createOperations } from './operations.ts';
import { createProcessFigures } from './process.ts';

export interface ProcessMetrics {
  readonly boxOffice: BoxOfficeObserver;
  readonly http: HttpObserver;
  /** Reads from this box office what it does now. */
  watch(boxOffice: BoxOffice): void;
  read(): Promise<Families>;
  close(): void;
}

export function createProcessMetrics(): ProcessMetrics {
  const registry = new Registry();
  const operations = createOperations();
  const http = createHttpCounts();
  const process = createProcessFigures();
  let activity: (() => ProcessActivity) | undefined;
  register(registry, [
    ...operations.families,
    ...http.families,
    ...process.families,
    ...presentFamilies(() => activity?.()),
  ]);
  return {
    boxOffice: operations.observer,
    http: http.observer,
    watch: ({ operator }) => {
      activity = () => operator.readActivity();
    },
    read: () => registry.getMetricsAsJSON(),
    close: () => process.close(),
  };
}

function presentFamilies(activity: () => ProcessActivity | undefined): readonly Family[] {
  return [
    {
      name: 'rowlock_requests_waiting',
      help: 'Requests that wait in a group queue now.',
      type: 'gauge',
      samples: () => single(activity()?.waiting),
    },
    {
      name: 'rowlock_watchers',
      help: 'Watchers of live seats now.',
      type: 'gauge',
      samples: () => single(activity()?.watchers),
    },
    {
      name: 'rowlock_pool_connections',
      help: 'Connections of the pool now.',
      type: 'gauge',
      samples: () => {
        const pool = activity()?.pool;
        if (pool === undefined) return [];
        return [
          { labels: { state: 'idle' }, value: pool.idle },
          { labels: { state: 'lent' }, value: pool.total - pool.idle },
        ];
      },
    },
    {
      name: 'rowlock_pool_waiting',
      help: 'Requests that wait for a connection of the pool now.',
      type: 'gauge',
      samples: () => single(activity()?.pool.waiting),
    },
  ];
}
