/**
 * A service's process, reduced to its engine: it opens its own pool, carries out the requests that its parent sends and
 * answers with the outcomes. Run by `storm-processes.ts`.
 */
import { DATABASE_DEFAULTS, openDatabase } from '../../src/db/database.ts';
import type { RacePointName } from '../../src/lib/race-point.ts';
import type { TopUpCommand } from '../../src/operations/top-up/top-up.ts';
import type { HoldCommand } from '../../src/operations/hold/hold.ts';
import { topUpStrategyNamed, holdStrategyNamed, payStrategyNamed } from '../../src/operations/registry.ts';
import type { PayCommand } from '../../src/operations/pay/pay.ts';
import type { OperationContext } from '../../src/operations/strategy.ts';
import { execute } from '../support/execute.ts';

/** A request and the name of its strategy; `grouped` when there is none, as in a service. */
export type StormRequest =
  | { readonly to: 'topUp'; readonly command: TopUpCommand; readonly strategy?: string | undefined }
  | { readonly to: 'hold'; readonly command: HoldCommand; readonly strategy?: string | undefined }
  | { readonly to: 'pay'; readonly command: PayCommand; readonly strategy?: string | undefined };

export interface Outcome {
  readonly outcome: string;
  readonly [detail: string]: unknown;
}

/** An order of the parent to the worker. */
export type Order =
  | {
      readonly order: 'storm';
      readonly requests: readonly StormRequest[];
      /** Requests wait at this race point for `go on`. */
      readonly pauseAt?: RacePointName | undefined;
    }
  | { readonly order: 'go on' }
  | { readonly order: 'stop' };

/** A report of the worker to the parent. */
export type Report =
  | { readonly report: 'ready' }
  | { readonly report: 'paused' }
  | { readonly report: 'done'; readonly outcomes: readonly Outcome[] };

/** How often a request is sent at most while its answer says to try again. */
const TRIES_MAX = 200;

const [url = ''] = process.argv.slice(2);
const database = openDatabase({ ...DATABASE_DEFAULTS, url });
let goOn = (): void => undefined;

process.on('message', (order: Order) => {
  if (order.order === 'go on') goOn();
  if (order.order === 'stop') void database.close().then(() => process.disconnect());
  if (order.order === 'storm') {
    void storm(order.requests, order.pauseAt).then((outcomes) => report({ report: 'done', outcomes }));
  }
});
// Without its parent the worker has nothing to do.
process.on('disconnect', () => process.exit());
report({ report: 'ready' });

async function storm(
  requests: readonly StormRequest[],
  pauseAt: RacePointName | undefined,
): Promise<readonly Outcome[]> {
  const opened = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const racePoint = async (point: RacePointName): Promise<void> => {
    if (point !== pauseAt) return;
    report({ report: 'paused' });
    await opened;
  };
  return Promise.all(requests.map((request) => insist({ database, racePoint }, request)));
}

async function insist(context: OperationContext, request: StormRequest): Promise<Outcome> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await send(context, request);
    if (outcome.outcome !== 'contended' || attempt >= TRIES_MAX) return outcome;
  }
}

function send(context: OperationContext, request: StormRequest): Promise<Outcome> {
  const { to, command, strategy = 'grouped' } = request;
  if (to === 'topUp') return plain(execute(topUpStrategyNamed(strategy), context, command));
  if (to === 'hold') return plain(execute(holdStrategyNamed(strategy), context, command));
  return plain(execute(payStrategyNamed(strategy), context, command));
}

async function plain(outcome: Promise<{ readonly outcome: string }>): Promise<Outcome> {
  return { ...(await outcome) };
}

function report(what: Report): void {
  process.send?.(what);
}
