/** Processor time per operation: unlike a rate, it does not depend on how fast the disk is. */
import type { Sample, ServicePlace } from '../session.ts';
import { countable } from '../session.ts';
import { medianOf } from '../../load/spread.ts';

/** Microseconds of processor time per success, user and system; null where a process can't be read. */
export interface ProcessorTime {
  /** Of the processes that send the load. */
  readonly client: number | null;
  /** Of the service's process, or why there is none: then the engine's time is the client's. */
  readonly service: number | null | Exclude<ServicePlace, 'own process'>;
  /** Of PostgreSQL, all its processes together. */
  readonly server: number | null;
}

/** Null for a sample that does not count or has no success. */
export function processorTimeOf(sample: Sample): ProcessorTime | null {
  return countable(sample, ({ cpu, service, successes }) => {
    if (successes === 0) return null;
    const perSuccess = (ms: number | null): number | null => (ms === null ? null : (ms * 1_000) / successes);
    return {
      client: perSuccess(cpu.loadMs),
      service: service === 'own process' ? perSuccess(cpu.serviceMs) : service,
      server: perSuccess(cpu.databaseMs),
    };
  });
}

/** All sides together; null where one of them is unknown. */
export function totalOf({ client, service, server }: ProcessorTime): number | null {
  const serviceMicros = typeof service === 'string' ? 0 : service;
  return client === null || serviceMicros === null || server === null
    ? null
    : client + serviceMicros + server;
}

/** The median of each side; null when none counts. */
export function medianTime(times: readonly (ProcessorTime | null)[]): ProcessorTime | null {
  const counted = times.filter((time) => time !== null);
  const [first] = counted;
  if (first === undefined) return null;
  const services = counted.map(({ service }) => service);
  return {
    client: medianOf(counted.map(({ client }) => client)),
    service:
      typeof first.service === 'string'
        ? first.service
        : medianOf(services.map((micros) => (typeof micros === 'string' ? null : micros))),
    server: medianOf(counted.map(({ server }) => server)),
  };
}
