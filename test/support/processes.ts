/** A service of several processes on a test's database, and a load that notices each request that fails. */
import { get } from 'node:http';
import { bearerToken } from '../../src/bench/measure/tokens.ts';
import type { ServiceAnswer, ServiceRequest } from '../../src/load/http-client.ts';
import { openServiceClient } from '../../src/load/http-client.ts';
import type { Service, Setting } from './rowlock-process.ts';
import { startRowlock } from './rowlock-process.ts';
// The crowd of a storm signs its tokens with it.
import { SECRET } from './storm/service.ts';

/** Starts `rowlock serve --processes` on this database, and waits until it is open. */
export async function startProcesses(
  databaseUrl: string,
  env: Readonly<Record<string, string>> = {},
  setting: Pick<Setting, 'preloads'> = {},
): Promise<Service> {
  const service = startRowlock(['serve', '--port', '0', '--access-log', 'on'], {
    env: { DATABASE_URL: databaseUrl, ROWLOCK_JWT_SECRET: SECRET, ROWLOCK_PROCESSES: '2', ...env },
    ...setting,
  });
  const [, url = ''] = await service.printed(/open at (http:\S+)/);
  return { ...service, url };
}

export function tokenFor(account: string, scope = 'rowlock:top-up'): string {
  return bearerToken(SECRET, account, scope);
}

/** Sends a request on a connection of its own, so that the processes take turns. */
export async function sendAlone({ url }: Service, request: ServiceRequest): Promise<ServiceAnswer> {
  const client = openServiceClient(url, 1);
  try {
    return await client.send(request);
  } finally {
    client.close();
  }
}

export interface Load {
  /** How many requests were answered with a success so far. */
  answered(): number;
  /** Ends the load; resolves with what went wrong. */
  stop(): Promise<readonly string[]>;
}

/** Sends requests on kept connections and on new ones, each after the answer to the one before. */
export function startLoad({ url }: Service, connections = 12): Load {
  const client = openServiceClient(url, connections);
  const failures: string[] = [];
  let answered = 0;
  const over = new AbortController();
  const repeat = async (send: () => Promise<number>): Promise<void> => {
    while (!over.signal.aborted) {
      try {
        const status = await send();
        if (status < 300) answered += 1;
        else failures.push(`status ${status}`);
      } catch (error) {
        failures.push(String(error));
      }
    }
  };
  let keys = 0;
  const topUp = async (account: string): Promise<number> => {
    keys += 1;
    const answer = await client.send({
      method: 'POST',
      path: '/v1/wallet/top-ups',
      token: tokenFor(account),
      key: `load-${keys}`,
      body: { amount: 1 },
    });
    return answer.status;
  };
  const kept = Array.from({ length: connections }, (_, i) => repeat(() => topUp(`load-${i}`)));
  const fresh = Array.from({ length: 4 }, () => repeat(() => statusOfNewConnection(`${url}/healthz`)));
  return {
    answered: () => answered,
    stop: async () => {
      over.abort();
      await Promise.all([...kept, ...fresh]);
      client.close();
      return failures;
    },
  };
}

/** The answer to a request on a connection of its own: the processes take turns. */
export function statusOfNewConnection(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false, headers }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0));
    }).on('error', reject);
  });
}
