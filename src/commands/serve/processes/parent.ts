/**
 * A service of several processes. The parent owns what must be there once: the port, the database, the sweeper, and the
 * counts that hold for all; its children serve the connections that it accepts
 * (docs/decisions/0031-several-processes.md).
 */
import { createServer } from 'node:net';
import type { NotReady, ProcessActivity } from '../../../box-office/box-office.ts';
import { sumOfActivities } from '../../../box-office/operator/activity-sum.ts';
import { HTTP_LIMITS } from '../../../http/edge/limits.ts';
import type { CommandOptions } from '../../options/table.ts';
import { note } from '../../shared/terminal.ts';
import type { Closers } from '../closers.ts';
import { listenFor } from '../listening.ts';
import type { MetricsSource } from '../metrics/metrics.ts';
import type { Served } from '../serve.ts';
import type { ServiceSettings } from '../service.ts';
import type { Child } from './child-process.ts';
import { launchChild } from './child-process.ts';
import type { Children } from './children.ts';
import { keepChildren } from './children.ts';
import { createChildrenMetrics } from './children-metrics.ts';
import { createDispatcher } from './dispatcher.ts';
import type { Asked, ParentAnswers, Report } from './messages.ts';
import { createSharedPlaces } from './places.ts';
import { createUseExchange } from './rates.ts';
import { shareOf } from './shares.ts';

/** Whether SIGHUP replaces the processes. In a terminal it says that the terminal is gone, which ends the service. */
export function restartsOnHangUp({ processes }: Pick<CommandOptions<'serve'>, 'processes'>): boolean {
  return processes > 1 && !process.stdout.isTTY;
}

/** Starts the children, and listens once all of them serve. Throws `CommandFailed`. */
export async function serveByProcesses(
  settings: ServiceSettings,
  stopping: AbortSignal,
  closers: Closers,
): Promise<Served> {
  const { options } = settings;
  const dispatcher = createDispatcher(HTTP_LIMITS.connectionsMax);
  const places = createSharedPlaces({ ...HTTP_LIMITS, watchersPerClientMax: options.streamsPerAddress });
  const exchange = createUseExchange<Child>((child, uses) => child.order({ order: 'count uses', uses }));
  const childSettings = { ...settings, options: shareOf(options) };
  const onReport = (child: Child, report: Report): void => {
    if ('ask' in report) return void answer(child, report);
    if (!('report' in report)) return;
    if (report.report === 'taken') dispatcher.taken(child);
    else if (report.report === 'not taken') dispatcher.notTaken(child);
    else if (report.report === 'left') dispatcher.left(child, report.count);
    else if (report.report === 'metrics') metrics.note(child, report.families);
    else if (report.report === 'place left') places.leave(child, report.client);
    else if (report.report === 'uses') exchange.add(child, report.uses);
    // A connection that nobody would serve is refused instead.
    else if (report.report === 'closed' && !dispatcher.retire(child) && stopping.aborted) listener.close();
  };
  const answer = async (child: Child, { ask, about, client = '' }: Asked<ParentAnswers>): Promise<void> => {
    const value = await answerTo(child, about, client);
    child.order({ answer: ask, value });
  };
  const answerTo = async (child: Child, about: keyof ParentAnswers, client: string): Promise<unknown> => {
    if (about === 'place') return places.take(child, client);
    return about === 'activity' ? activityOf(children) : whyNotReady(children);
  };
  let restarts = 0;
  const metrics = createChildrenMetrics(() => running(children));
  const children = keepChildren({
    count: options.processes,
    launch: (number) => {
      const child = launchChild(number, childSettings, onReport);
      exchange.join(child);
      void child.ended.then(() => {
        places.forget(child);
        exchange.leave(child);
        metrics.forget(child);
      });
      return child;
    },
    dispatcher,
    onFailure: () => {
      restarts += 1;
    },
  });
  const listener = createServer({ pauseOnConnect: true, noDelay: true }, (socket) =>
    dispatcher.accept(socket),
  );
  closers.push(async () => {
    await children.stop();
    dispatcher.close();
    listener.close();
  });
  await Promise.race([children.started, aborted(stopping)]);
  stopping.throwIfAborted();
  const address = await listenFor(listener, options);
  if (restartsOnHangUp(options)) {
    process.on('SIGHUP', () => {
      note('SIGHUP: replacing the processes one after another');
      void children.replaceAll();
    });
  }
  const source: MetricsSource = {
    readFamilies: () => metrics.read(),
    whyNotReady: () => whyNotReady(children),
    serving: () => running(children).length,
    restarts: () => restarts,
  };
  const pids = children.current().map((child) => child?.pid ?? 0);
  return { address, pids, failed: children.failed, source };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
}

async function activityOf(children: Children): Promise<ProcessActivity | undefined> {
  const asked = running(children).map((child) => child.ask('activity').catch(() => undefined));
  const reports = (await Promise.all(asked)).filter((report) => report !== undefined);
  return reports.length === 0 ? undefined : sumOfActivities(reports);
}

async function whyNotReady(children: Children): Promise<NotReady> {
  const missing = children.current().findIndex((child) => child?.isReady !== true);
  if (missing >= 0) return `Process ${missing + 1} is not running.`;
  const asked = running(children).map((child) =>
    child.ask('readiness').catch(() => `Process ${child.number} does not answer.`),
  );
  return (await Promise.all(asked)).find((reason) => reason !== undefined);
}

function running(children: Children): readonly Child[] {
  return children.current().filter((child): child is Child => child?.isReady === true);
}
