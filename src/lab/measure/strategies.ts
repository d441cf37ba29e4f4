/** The engine's strategies by name, and one that only the lab has: `+until-success`, for the loops that claim C7 is about. */
import { topUpStrategyNamed, holdStrategyNamed, payStrategyNamed } from '../../operations/registry.ts';
import type { StrategyResources } from '../../operations/registry.ts';
import { refuse } from '../../domain/outcomes.ts';
import type { Strategy } from '../../operations/strategy.ts';

const UNTIL_SUCCESS = '+until-success';

/** Far beyond what any crowd of the lab needs: a loop without an end would hide a strategy that never succeeds. */
const TRIES_MAX = 10_000;

export const topUpBy = (name: string, resources: StrategyResources): ReturnType<typeof topUpStrategyNamed> =>
  lasting(name, (base) => topUpStrategyNamed(base, resources));

export const holdBy = (name: string, resources: StrategyResources): ReturnType<typeof holdStrategyNamed> =>
  lasting(name, (base) => holdStrategyNamed(base, resources));

export const payBy = (name: string, resources: StrategyResources): ReturnType<typeof payStrategyNamed> =>
  lasting(name, (base) => payStrategyNamed(base, resources));

function lasting<Command, Success extends { readonly outcome: string }>(
  name: string,
  find: (base: string) => Strategy<Command, Success>,
): Strategy<Command, Success> {
  if (!name.endsWith(UNTIL_SUCCESS)) return find(name);
  const core = find(name.slice(0, -UNTIL_SUCCESS.length));
  return {
    ...core,
    name,
    // The plain loop that the analysis describes: again at once, whenever somebody was in the way.
    execute: async (context, command) => {
      for (let tries = 1; tries < TRIES_MAX; tries += 1) {
        const outcome = await core.execute(context, command);
        if (outcome.outcome !== 'contended') return outcome;
        if ('cause' in outcome && outcome.cause === 'pool') return outcome;
      }
      return refuse('contended', { cause: 'retries' });
    },
  };
}
