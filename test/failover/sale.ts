/** A sale by two services on one cluster, one by each way to the primary, and how long each sold nothing. */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { databaseOptions, openDatabase } from '../../src/db/database.ts';
import type { Queryable } from '../../src/db/pool.ts';
import { sqlstateOf } from '../../src/db/sqlstate.ts';
import type { ServiceClient } from '../../src/load/http-client.ts';
import { openServiceClient } from '../../src/load/http-client.ts';
import type { Durability } from '../../src/operations/durability.ts';
import { startProcesses } from '../support/processes.ts';
import type { Service } from '../support/rowlock-process.ts';
import { eventually } from '../support/rowlock-process.ts';
import { sendCrowd } from '../support/storm/crowd.ts';
import type { Addresses } from './cluster.ts';

export type Way = 'hosts' | 'proxy';
export const WAYS: readonly Way[] = ['hosts', 'proxy'];

export interface Sale {
  readonly journalPath: string;
  /** Resolves when each service has had this many successes more. */
  more(successes: number): Promise<void>;
  /** Successes so far, of both. */
  readonly successes: number;
  /** The longest time since this moment in which a service had no success, in seconds. */
  longestPause(way: Way, sinceMs: number): number;
  /** Ends it; resolves with the number of requests that got no answer. */
  end(): Promise<{ readonly buyers: number; readonly unanswered: number }>;
}

export interface SaleOptions {
  /** Where the journal goes. */
  readonly folder: string;
  readonly addresses: Addresses;
  readonly durability: Durability;
  readonly seed: number;
}

export async function startSale({ folder, addresses, durability, seed }: SaleOptions): Promise<Sale> {
  const env = { ROWLOCK_DURABILITY: durability, ROWLOCK_PROCESSES: '1', ROWLOCK_POOL_SIZE: '10' };
  const services: Service[] = [];
  // One after the other: the first one migrates.
  for (const way of WAYS) services.push(await startProcesses(addresses[way], env));
  const clients = services.map(({ url }) => openServiceClient(url, 8));
  const answeredAt: Readonly<Record<Way, number[]>> = { hosts: [], proxy: [] };
  const planting = openDatabase(databaseOptions(addresses.hosts, { poolSize: 1 }));
  const journalPath = join(folder, `${durability}.jsonl`);
  let end = (): void => undefined;
  const crowd = sendCrowd({
    database: { pool: { ...planting.pool, query: patiently(planting.pool) } },
    serviceUrl: services[0]!.url,
    client: alternating(clients, answeredAt),
    journalPath,
    seed,
    atOnce: 6,
    until: new Promise<void>((resolve) => (end = resolve)),
  });
  // Its failure is the end's.
  crowd.catch(() => undefined);
  return {
    journalPath,
    get successes() {
      return answeredAt.hosts.length + answeredAt.proxy.length;
    },
    more: async (successes) => {
      const wanted = WAYS.map((way) => answeredAt[way].length + successes);
      await eventually(() => WAYS.every((way, i) => answeredAt[way].length >= wanted[i]!));
    },
    longestPause: (way, sinceMs) => {
      const moments = [sinceMs, ...answeredAt[way].filter((at) => at >= sinceMs)];
      return Math.max(...moments.slice(1).map((at, i) => at - moments[i]!)) / 1_000;
    },
    end: async () => {
      end();
      const { buyers, unanswered } = await crowd;
      for (const service of services) {
        service.kill('SIGTERM');
        await service.ended;
      }
      await planting.close();
      return { buyers, unanswered };
    },
  };
}

/** Sends each request to the next service, and notes when each has had a success. */
function alternating(
  clients: readonly ServiceClient[],
  answeredAt: Readonly<Record<Way, number[]>>,
): ServiceClient {
  let sent = 0;
  return {
    send: async (request) => {
      sent += 1;
      const turn = sent % clients.length;
      const answer = await clients[turn]!.send(request);
      if (answer.status < 300) answeredAt[WAYS[turn]!].push(performance.now());
      return answer;
    },
    close: () => clients.forEach((client) => client.close()),
  };
}

const PAUSE_MS = 100;
const TRIES_MAX = 600;

/** Runs a statement until it has run once: there may be no primary yet, or its answer may be lost. */
function patiently(pool: Queryable): Queryable['query'] {
  return async (text, values) => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await pool.query(text, values);
      } catch (error) {
        if (sqlstateOf(error) === '23505') return { rows: [], rowCount: 0, command: '' };
        if (tries === TRIES_MAX) throw error;
        await delay(PAUSE_MS);
      }
    }
  };
}
