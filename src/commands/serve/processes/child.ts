/**
 * A process of a service with several: its parent sends it settings, connections and orders. It ends when its parent
 * does. Signals to the whole group are its parent's to answer.
 */
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { BoxOffice } from '../../../box-office/box-office.ts';
import { createBoxOffice } from '../../../box-office/box-office.ts';
import { refuse } from '../../../domain/outcomes.ts';
import type { WholeService } from '../../../http/app.ts';
import type { SharedRateLimiter } from '../../../http/edge/rates/sharing.ts';
import { createSharedRateLimiter } from '../../../http/edge/rates/sharing.ts';
import { reportFailure } from '../../shared/failure.ts';
import { note } from '../../shared/terminal.ts';
import type { ProcessMetrics } from '../metrics/process-metrics.ts';
import { createProcessMetrics } from '../metrics/process-metrics.ts';
import { openServer, ratesOf } from '../service.ts';
import type { ServiceSettings } from '../service.ts';
import { createAsking } from './asking.ts';
import type { Asked, ChildAnswers, Order, ParentAnswers, Report } from './messages.ts';
import { childOptions } from './shares.ts';

/** How long a child whose parent is gone may take to finish. */
const ORPHAN_TIMEOUT_MS = 30_000;
/** Above the time that the parent gives the other children. */
const ANSWER_TIMEOUT_MS = 5_000;

interface Opened {
  readonly metrics: ProcessMetrics | undefined;
  readonly boxOffice: BoxOffice;
  readonly server: FastifyInstance;
  readonly rates: SharedRateLimiter;
}

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => undefined);
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

const asking = createAsking<ParentAnswers>(report, ANSWER_TIMEOUT_MS);
let opening: Promise<Opened> | undefined;
let opened: Opened | undefined;
let ending: Promise<void> | undefined;

process.on('message', (message, socket) => carryOut(message as Order, socket as Socket | undefined));
process.on('disconnect', () => {
  asking.close();
  // The parent ended at once, at a second signal.
  if (ending !== undefined) process.exit(1);
  setTimeout(() => process.exit(1), ORPHAN_TIMEOUT_MS);
  stop();
});

function carryOut(order: Order, socket: Socket | undefined): void {
  if ('answer' in order) return asking.answered(order);
  if ('ask' in order) return void answer(order);
  switch (order.order) {
    case 'start':
      return start(order.number, order.settings);
    case 'take':
      return take(socket);
    case 'hand over':
      return void handOver();
    case 'stop':
      return stop();
    case 'count uses':
      return opened?.rates.learn(order.uses);
  }
}

function report(message: Report): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

function start(number: number, settings: ServiceSettings): void {
  opening = open(number, settings);
  opening.then(
    (now) => {
      opened = now;
      report({ report: 'ready' });
    },
    (error: unknown) => process.exit(reportFailure(error)),
  );
}

async function open(number: number, settings: ServiceSettings): Promise<Opened> {
  const onWarning = (line: string): void => note(`process ${number}: ${line}`);
  const { options } = settings;
  const metrics = options.metricsPort === undefined ? undefined : createProcessMetrics();
  const boxOffice = await createBoxOffice({
    ...childOptions(settings, onWarning),
    observer: metrics?.boxOffice,
  });
  metrics?.watch(boxOffice);
  const rates = createSharedRateLimiter(ratesOf(options), options.processes, (uses) =>
    report({ report: 'uses', uses }),
  );
  const service = wholeService(boxOffice, rates);
  const server = await openServer(settings, boxOffice, { process: { number, service }, metrics });
  return { boxOffice, server, rates, metrics };
}

/** The whole service, of which only the parent knows. While the parent ends, this process is all there is. */
function wholeService(boxOffice: BoxOffice, rates: SharedRateLimiter): WholeService {
  const leave = (client: string): void => report({ report: 'place left', client });
  return {
    places: {
      take: (client) =>
        asking.ask('place', client).catch(() => {
          // The parent may still give it.
          leave(client);
          return refuse('overloaded', { cause: 'closing' });
        }),
      leave,
    },
    rates,
    readActivity: async () =>
      (await asking.ask('activity').catch(() => undefined)) ?? boxOffice.operator.readActivity(),
    whyNotReady: () => asking.ask('readiness').catch(() => 'The parent process does not answer.'),
  };
}

async function answer({ ask, about }: Asked<ChildAnswers>): Promise<void> {
  if (opened === undefined) return;
  report({ answer: ask, value: await answerOf(opened, about) });
}

function answerOf({ boxOffice, metrics }: Opened, about: keyof ChildAnswers): unknown {
  if (about === 'activity') return boxOffice.operator.readActivity();
  return about === 'metrics' ? metrics?.read() : boxOffice.whyNotReady();
}

let left = 0;

function take(socket: Socket | undefined): void {
  if (isClosed && socket !== undefined) {
    socket.destroy();
    report({ report: 'not taken' });
    return;
  }
  report({ report: 'taken' });
  // The client may have closed it on the way.
  if (socket === undefined || opened === undefined) return noteLeft();
  socket.once('close', noteLeft);
  // What a server that listens does for its own connections; the parent has set the others on the socket itself.
  socket.allowHalfOpen = true;
  opened.server.server.emit('connection', socket);
}

/** Reports the connections that end in the same turn of the event loop together. */
function noteLeft(): void {
  left += 1;
  if (left > 1) return;
  setImmediate(() => {
    report({ report: 'left', count: left });
    left = 0;
  });
}

async function handOver(): Promise<void> {
  await opened?.server.handOver();
  stop();
}

let isClosed = false;

function stop(): void {
  ending ??= end().catch((error: unknown) => process.exit(reportFailure(error)));
}

async function end(): Promise<void> {
  const now = await opening;
  await now?.server.close();
  isClosed = true;
  if (now?.metrics !== undefined) report({ report: 'metrics', families: await now.metrics.read() });
  report({ report: 'closed' });
  await now?.boxOffice.close();
  process.exit(0);
}
