/** A sample over HTTP: the requests are made and the connections opened before it begins. */
import { setTimeout as sleep } from 'node:timers/promises';
import { fixtureSizeOf, patternOf } from '../../rivals/rivals.ts';
import type { Work } from '../../rivals/rivals.ts';
import type { AuditVerdict, HttpLoad, LoadReport } from '../../measure/worker-protocol.ts';
import type { ServiceProcess } from '../../measure/service-process.ts';
import type { SamplePlan, Session } from '../../session.ts';

/** A service that has sold this hall before refuses its seats from memory for 200 ms. A small hall is planted sooner. */
const FORGOTTEN_AFTER_MS = 300;

/** What is sent. How many connections send it is in `sizes`. */
export interface HttpWork extends Pick<HttpLoad, 'requests' | 'durationMs'> {
  /** Seats of the hall. */
  readonly rows: number;
  /** Left out for every seat once, or for the one wallet. */
  readonly pattern?: HttpLoad['pattern'];
  readonly tellsHeld?: boolean;
}

export interface HttpSample extends Pick<SamplePlan, 'measure' | 'contender' | 'repeat'> {
  readonly work: HttpWork;
  readonly service: ServiceProcess;
  /** The bare server is the "service" of its samples. */
  readonly to?: HttpLoad['to'];
}

export interface HttpPlan extends SamplePlan {
  readonly run: () => Promise<LoadReport>;
  readonly audit: () => Promise<AuditVerdict>;
}

export async function httpPlan(
  session: Session,
  { work, service, to = 'service', ...named }: HttpSample,
): Promise<HttpPlan> {
  const worker = await session.worker('http');
  const { rows, requests, ...rest } = work;
  // A purchase begins with free seats, like a hold.
  const planted: Work = { operation: requests === 'topUp' ? 'topUp' : 'hold', seatsPerHold: 1, rows };
  const { pattern = patternOf(planted) } = work;
  const { port, secret } = service;
  const load = { ...rest, requests, to, port, secret, pattern, connections: session.sizes.connections };
  return {
    ...named,
    fixtureSize: fixtureSizeOf(planted),
    loadPids: [worker.pid],
    servicePids: service.pids,
    prepare: async (fixture) => {
      await worker.prepare({ ...load, fixture });
      await sleep(FORGOTTEN_AFTER_MS);
    },
    run: () => worker.runPrepared(),
    audit: () => worker.audit(),
  };
}
