import type { Database } from '../../src/db/database.ts';
import type { Outcome, Refusal } from '../../src/domain/outcomes.ts';
import type { OpenStrategy, OperationContext, Strategy } from '../../src/operations/strategy.ts';

type Opened = OpenStrategy<unknown, Outcome, Refusal>;

/** The strategies that tests have opened. As in a service, all requests to one database share one opened strategy. */
const opened = new WeakMap<Database | NonNullable<OperationContext['groupDecided']>, Map<object, Opened>>();

/** Carries out one request; its race point and its deadline are its own, also in a group. */
export function execute<Command, Success extends Outcome, Refused extends Refusal>(
  strategy: Strategy<Command, Success, Refused>,
  { racePoint, deadline, ...context }: OperationContext,
  command: Command,
): ReturnType<OpenStrategy<Command, Success, Refused>['execute']> {
  const owner = context.groupDecided ?? context.database;
  const strategies = opened.get(owner) ?? new Map<object, Opened>();
  opened.set(owner, strategies);
  const open = (strategies.get(strategy) ?? strategy.open(context)) as OpenStrategy<
    Command,
    Success,
    Refused
  >;
  strategies.set(strategy, open as unknown as Opened);
  return open.execute(command, { racePoint, deadline });
}
