/** Opens `/metrics` for a whole service, however many processes it has. */
import { AggregatorRegistry, Registry } from 'prom-client';
import type { NotReady } from '../../../box-office/box-office.ts';
import { startAudits } from '../../../box-office/figures/audits.ts';
import { openFigures } from '../../../box-office/figures/figures.ts';
import { inTime } from '../../../lib/in-time.ts';
import { packageVersion } from '../../../lib/package-version.ts';
import { note } from '../../shared/terminal.ts';
import type { Closers } from '../closers.ts';
import { metricsPlace } from '../listening.ts';
import type { ServiceSettings } from '../service.ts';
import { auditFamilies } from './audit.ts';
import { databaseFamilies } from './database.ts';
import type { Families, Family } from './family.ts';
import { register, single } from './family.ts';
import { listenForScrapes } from './listener.ts';
import type { ProcessMetrics } from './process-metrics.ts';

/** How long a scrape waits for the service to say whether it is ready. */
const READY_PATIENCE_MS = 2_000;

/** What the metrics ask the whole service. */
export interface MetricsSource {
  /** The families of its other processes. */
  readFamilies(): Promise<readonly Families[]>;
  whyNotReady(): Promise<NotReady>;
  /** How many processes serve now, and how many have ended by themselves so far. */
  readonly serving: () => number;
  readonly restarts: () => number;
}

/** Listens on the metrics' port, and returns its page's address. Throws `CommandFailed`. */
export async function openMetrics(
  { options, databaseUrl, servers }: ServiceSettings,
  own: ProcessMetrics,
  source: MetricsSource,
  closers: Closers,
): Promise<string> {
  const registry = new Registry();
  const figures = openFigures(databaseUrl);
  closers.push(() => figures.close());
  register(registry, [...serviceFamilies(source), ...databaseFamilies(() => figures.read())]);
  const { auditIntervalMs } = options;
  if (auditIntervalMs > 0) {
    const audits = startAudits({ databaseUrl, servers, intervalMs: auditIntervalMs, onWarning: note });
    closers.push(() => audits.close());
    register(
      registry,
      auditFamilies(() => audits.figures, auditIntervalMs),
    );
  }
  const listener = await listenForScrapes(metricsPlace(options), async () => {
    const [whole, mine, others] = await Promise.all([
      registry.getMetricsAsJSON(),
      own.read(),
      source.readFamilies(),
    ]);
    return AggregatorRegistry.aggregate([whole, mine, ...others]).metrics();
  });
  closers.push(() => listener.close());
  return listener.url;
}

function serviceFamilies(source: MetricsSource): readonly Family[] {
  return [
    {
      name: 'rowlock_build_info',
      help: '1, with the version.',
      type: 'gauge',
      samples: () => [{ labels: { version: packageVersion() }, value: 1 }],
    },
    {
      name: 'rowlock_ready',
      help: '1 when the service can sell now.',
      type: 'gauge',
      samples: async () => {
        const reason = source.whyNotReady().then((why) => why ?? 'ready');
        return single((await inTime(reason, READY_PATIENCE_MS)) === 'ready' ? 1 : 0);
      },
    },
    {
      name: 'rowlock_processes',
      help: 'Processes that serve now.',
      type: 'gauge',
      samples: () => single(source.serving()),
    },
    {
      name: 'rowlock_process_restarts_total',
      help: 'Processes of the service that ended by themselves and were started again.',
      type: 'counter',
      samples: () => single(source.restarts()),
    },
  ];
}
