/** The engine's strategies by name, and the lab's own wrapper `+until-success`, the loop of claim C7. */
import { topUpStrategyNamed, holdStrategyNamed, payStrategyNamed } from '../../operations/registry.ts';
import type { StrategyResources } from '../../operations/registry.ts';
import { refuse } from '../../domain/outcomes.ts';
import type { Outcome, Refusal } from '../../domain/outcomes.ts';
import type { Database } from '../../db/database.ts';
import type { OpenStrategy, OperationContext, Strategy } from '../../operations/strategy.ts';

const UNTIL_SUCCESS = '+until-success';

/** Far more than any crowd of the lab needs; an endless loop would hide a strategy that never succeeds. */
const TRIES_MAX = 10_000;

export const topUpBy = (name: string, resources: StrategyResources): ReturnType<typeof topUpStrategyNamed> =>
  untilSuccess(name, (base) => topUpStrategyNamed(base, resources));

export const holdBy = (name: string, resources: StrategyResources): ReturnType<typeof holdStrategyNamed> =>
  untilSuccess(name, (base) => holdStrategyNamed(base, resources));

export const payBy = (name: string, resources: StrategyResources): ReturnType<typeof payStrategyNamed> =>
  untilSuccess(name, (base) => payStrategyNamed(base, resources));

function untilSuccess<Command, Success extends { readonly outcome: string }, Refused extends Refusal>(
  name: string,
  find: (base: string) => Strategy<Command, Success, Refused>,
): Strategy<Command, Success, Refused> {
  if (!name.endsWith(UNTIL_SUCCESS)) return find(name);
  const core = find(name.slice(0, -UNTIL_SUCCESS.length));
  return {
    ...core,
    name,
    // The plain loop that the analysis describes: retry at once after any contention.
    open: (context) => {
      const opened = core.open(context);
      return {
        ...opened,
        name,
        execute: async (command, hooks) => {
          for (let tries = 1; tries < TRIES_MAX; tries += 1) {
            const outcome = await opened.execute(command, hooks);
            if (outcome.outcome !== 'contended') return outcome;
            if ('cause' in outcome && outcome.cause === 'pool') return outcome;
          }
          return refuse('contended', { cause: 'retries' });
        },
      };
    },
  };
}

/** Opens the strategy on each request's database; it stays open while that is the same, as for groups. */
export function sender<Command, Success extends Outcome, Refused extends Refusal>(
  strategy: Strategy<Command, Success, Refused>,
): (
  context: OperationContext,
  command: Command,
) => ReturnType<OpenStrategy<Command, Success, Refused>['execute']> {
  let last:
    | { readonly database: Database; readonly opened: OpenStrategy<Command, Success, Refused> }
    | undefined;
  return ({ database, racePoint }, command) => {
    if (last?.database !== database) last = { database, opened: strategy.open({ database }) };
    return last.opened.execute(command, { racePoint });
  };
}
