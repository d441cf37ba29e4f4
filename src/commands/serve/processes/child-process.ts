/** One child, as its parent sees it. */
import { fork } from 'node:child_process';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { ServiceSettings } from '../service.ts';
import type { Asking } from './asking.ts';
import { createAsking } from './asking.ts';
import type { Receiver } from './dispatcher.ts';
import type { ChildAnswers, Order, Report } from './messages.ts';

/** How long a child may take to say how it is. */
const ANSWER_TIMEOUT_MS = 3_000;

export interface Child extends Receiver {
  readonly number: number;
  readonly pid: number;
  readonly isReady: boolean;
  /** Resolves with true when it serves, with false when it has ended before that. */
  readonly started: Promise<boolean>;
  /** Resolves with how it ended: "was killed by SIGKILL". */
  readonly ended: Promise<string>;
  readonly ask: Asking<ChildAnswers>['ask'];
  order(order: Order): void;
  kill(): void;
}

/** Starts a child with this number. Its reports other than of its start and its answers go to `onReport`. */
export function launchChild(
  number: number,
  settings: ServiceSettings,
  onReport: (child: Child, report: Report) => void,
): Child {
  const forked = fork(childPath(), {
    execArgv: process.execArgv,
    // Dates arrive as such.
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const order = (message: Order, socket?: Socket): void => {
    // A child that has just ended needs no orders: its end is noticed by itself.
    if (forked.connected) forked.send(message, socket, { keepOpen: true }, () => undefined);
  };
  const asking = createAsking<ChildAnswers>(order, ANSWER_TIMEOUT_MS);
  let isReady = false;
  let noteStart: (isReady: boolean) => void;
  const started = new Promise<boolean>((resolve) => (noteStart = resolve));
  const ended = new Promise<string>((resolve) => {
    const end = (how: string): void => {
      isReady = false;
      asking.close();
      // First, so that a start that came to nothing is counted when its end is answered.
      noteStart(false);
      resolve(how);
    };
    forked.once('error', ({ message }) => end(`could not be started: ${message}`));
    forked.once('exit', (code, signal) => end(howItEnded(code, signal)));
  });
  const child: Child = {
    number,
    pid: forked.pid ?? 0,
    get isReady() {
      return isReady;
    },
    started,
    ended,
    ask: (about) => asking.ask(about),
    order,
    give: (socket) => order({ order: 'take' }, socket),
    kill: () => void forked.kill('SIGKILL'),
  };
  forked.on('message', (message) => {
    const report = message as Report;
    if ('answer' in report) asking.answered(report);
    else if ('report' in report && report.report === 'ready') {
      isReady = true;
      noteStart(true);
    } else onReport(child, report);
  });
  order({ order: 'start', number, settings });
  return child;
}

/** The path of `child`: TypeScript in development, JavaScript when built. */
function childPath(): string {
  return fileURLToPath(import.meta.url).replace(/child-process(\.[jt]s)$/, 'child$1');
}

function howItEnded(code: number | null, signal: NodeJS.Signals | null): string {
  return signal === null ? `ended with exit code ${code}` : `was killed by ${signal}`;
}
