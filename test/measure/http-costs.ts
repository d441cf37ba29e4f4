/**
 * Where the processor time of a hold over HTTP goes: `npm run http-costs` (Linux only). It sends the same requests, each by
 * another account with a new token, to servers that do more and more of what the service does, and prints what each takes
 * for a request: its main thread, and its other threads, which mostly collect garbage. `-- service metrics` measures only
 * these, and prints what the second takes of the first.
 */
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { plantFixture } from '../../src/bench/fixture.ts';
import { startWorker } from '../../src/bench/measure/worker-process.ts';
import type { Worker } from '../../src/bench/measure/worker-process.ts';
import { withTarget } from '../../src/bench/target.ts';
import { DATABASE_DEFAULTS, openDatabase } from '../../src/db/database.ts';
import type { Rung, RungOrder } from './http-rung.ts';
import { RUNGS } from './http-rung.ts';

const CHOSEN = process.argv.slice(2);
const ALL = Object.keys(RUNGS) as Rung[];
const CHOSEN_RUNGS = CHOSEN.length === 0 ? ALL : ALL.filter((rung) => CHOSEN.includes(rung));
const ROUNDS = CHOSEN.length === 0 ? 7 : 21;
const SEATS = 30_000;
const CONNECTIONS = 256;
const DURATION_MS = 2_000;

interface Server {
  readonly rung: Rung;
  readonly pid: number;
  readonly port: number;
  readonly stop: () => void;
}

interface Cost {
  readonly mainUs: number;
  readonly othersUs: number;
}

await withTarget(undefined, async ({ url }) => {
  const control = openDatabase({ ...DATABASE_DEFAULTS, url, statementTimeoutMs: 120_000, poolSize: 1 });
  const secret = randomBytes(32).toString('hex');
  const worker = await startWorker(url);
  const servers: Server[] = [];
  try {
    for (const rung of CHOSEN_RUNGS) {
      servers.push(await startRung({ rung, databaseUrl: url, secret }));
    }
    const costs = new Map<Rung, Cost[]>();
    for (let round = -1; round < ROUNDS; round += 1) {
      // Neighbours take turns in being the first.
      for (const server of round % 2 === 0 ? servers : servers.toReversed()) {
        const fixture = await plantFixture(control.pool, { operation: 'hold', rows: SEATS, seatsPerHold: 1 });
        const cost = await costOf(server, worker, { secret, fixture });
        if (round >= 0) costs.set(server.rung, [...(costs.get(server.rung) ?? []), cost]);
      }
    }
    print(costs);
  } finally {
    for (const { stop } of servers) stop();
    await worker.stop();
    await control.close();
  }
});

async function startRung(order: RungOrder): Promise<Server> {
  const child = fork(fileURLToPath(new URL('http-rung.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx'],
  });
  const told = once(child, 'message');
  child.send(order);
  const [port] = (await told) as [number];
  return { rung: order.rung, pid: child.pid!, port, stop: () => child.disconnect() };
}

async function costOf(
  { rung, pid, port }: Server,
  worker: Worker,
  planted: { readonly secret: string; readonly fixture: Awaited<ReturnType<typeof plantFixture>> },
): Promise<Cost> {
  await worker.prepare({
    ...planted,
    requests: 'hold',
    to: rung === 'service' || rung === 'metrics' ? 'service' : 'bare',
    port,
    pattern: { kind: 'each-once', rows: SEATS, from: 0, step: 1 },
    connections: CONNECTIONS,
    durationMs: DURATION_MS,
  });
  const before = threadsOf(pid);
  const { successes } = await worker.runPrepared();
  let [mainUs, othersUs] = [0, 0];
  for (const [thread, us] of threadsOf(pid)) {
    const used = (us - (before.get(thread) ?? 0)) / successes;
    if (thread === String(pid)) mainUs = used;
    else othersUs += used;
  }
  return { mainUs, othersUs };
}

/** Processor time of each thread so far, in µs. */
function threadsOf(pid: number): ReadonlyMap<string, number> {
  return new Map(
    readdirSync(`/proc/${pid}/task`).map((thread) => {
      const [nanoseconds] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ');
      return [thread, Number(nanoseconds) / 1_000];
    }),
  );
}

function print(costs: ReadonlyMap<Rung, readonly Cost[]>): void {
  const width = Math.max(...Object.values(RUNGS).map(({ length }) => length));
  for (const [rung, each] of costs) {
    const main = summaryOf(each.map(({ mainUs }) => mainUs));
    const others = summaryOf(each.map(({ othersUs }) => othersUs));
    process.stdout.write(`${RUNGS[rung].padEnd(width)}  main thread ${main}  others ${others}\n`);
  }
  const [first, second, ...more] = [...costs.values()];
  if (first === undefined || second === undefined || more.length > 0) return;
  const sum = ({ mainUs, othersUs }: Cost): number => mainUs + othersUs;
  const ratios = first.map((cost, round) => sum(second[round]!) / sum(cost)).toSorted((a, b) => a - b);
  const at = (share: number): string => ratios[Math.floor(share * (ratios.length - 1))]!.toFixed(3);
  process.stdout.write(`second ÷ first, whole process: ${at(0.5)} (quartiles ${at(0.25)}–${at(0.75)})\n`);
}

/** The median, and the least and the most. */
function summaryOf(us: readonly number[]): string {
  const sorted = us.toSorted((a, b) => a - b);
  const [median, least, most] = [sorted[us.length >> 1]!, sorted[0]!, sorted.at(-1)!];
  return `${median.toFixed(0)} µs (${least.toFixed(0)}–${most.toFixed(0)})`.padEnd(16);
}
