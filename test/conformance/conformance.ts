import { expect } from 'vitest';
import type { Outcome, Refusal } from '../../src/domain/outcomes.ts';
import { asReplay } from '../../src/domain/outcomes.ts';
import type { Declaration, OperationContext, Strategy } from '../../src/operations/strategy.ts';
import type { TestDatabase } from '../support/database.ts';
import { createGate, settledOrBlocked } from '../support/gate.ts';
import { execute } from '../support/execute.ts';

/** How often each outcome came. */
export function tally(outcomes: readonly { readonly outcome: string }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

/**
 * Judges the answers of many requests for one thing by the contention policy that the strategy declares.
 * `won` is the success and `gone` the refusal that says the thing is taken.
 */
export function expectContention(
  { contention, retries = false, lockedBy }: Pick<Declaration, 'contention' | 'retries' | 'lockedBy'>,
  outcomes: readonly { readonly outcome: string }[],
  names: { readonly won: string; readonly gone: string },
): void {
  const { [names.won]: won = 0, [names.gone]: gone = 0, contended = 0, ...others } = tally(outcomes);
  expect(others, 'no other outcome').toEqual({});
  const all = outcomes.length;
  if (contention === 'all-succeed')
    expect({ won, gone, contended }).toEqual({ won: all, gone: 0, contended: 0 });
  if (contention === 'one-wins-rest-refused')
    expect({ won, gone, contended }).toEqual({ won: 1, gone: all - 1, contended: 0 });
  if (contention === 'one-wins-rest-retry') {
    expect(won, 'at least one wins').toBeGreaterThanOrEqual(1);
    // One that tries again by itself, or lets one in after another, may bring all of them through.
    if (!retries && lockedBy === undefined) expect(won, 'not all win').toBeLessThan(all);
  }
}

/** Sends a request again while it is contended, as a client does. */
export async function insist<T extends { readonly outcome: string }>(send: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    const outcome = await send();
    if (outcome.outcome !== 'contended' || attempt >= 100) return outcome;
  }
}

/**
 * Whether the strategy reads and then writes. Where a wrapper's lock is taken in the transaction of a single
 * statement, the race point is before both, and nothing can come between.
 */
export function hasGap({ detects, lockedBy }: Declaration): boolean {
  return detects !== 'statement' || lockedBy === undefined;
}

/** Whether a version that moved between its read and its write costs the request its turn. */
export function losesByVersion({ detects, retries, groups }: Declaration): boolean {
  return detects === 'version' && retries !== true && groups !== true;
}

/** The strategies that must keep every promise, with their names: all but the controls. */
export function guarded<S extends Declaration>(strategies: readonly S[]): (readonly [string, S])[] {
  return strategies
    .filter(({ detects }) => detects !== 'nothing')
    .map((strategy) => [strategy.name, strategy] as const);
}

/**
 * What a second request does while a first is between its read and its write, in another service: as the
 * strategy declares. A lock that is dropped, or taken too late, shows here even where the write is safe
 * without it.
 */
export async function expectMeanwhile<Command, Success extends Outcome, Refused extends Refusal>(
  database: TestDatabase,
  strategy: Strategy<Command, Success, Refused>,
  [one, other]: readonly [Command, Command],
): Promise<void> {
  const first = createGate();
  const second = createGate();
  const context = (service: OperationContext['database'], gate: typeof first): OperationContext => ({
    database: service,
    racePoint: gate.racePoint,
  });
  const firstDone = execute(strategy, context(database, first), one);
  await first.arrived(1);
  let arrived = false;
  const arrival = second.arrived(1).then(() => {
    arrived = true;
  });
  const secondDone = execute(strategy, context(database.rival, second), other);
  await settledOrBlocked(database, Promise.race([secondDone, arrival]));
  const settled = await Promise.race([secondDone, Promise.resolve(undefined)]);
  if (strategy.meanwhile === 'works-too') expect(arrived, 'the second works, too').toBe(true);
  else expect(arrived, 'the second does not get to work').toBe(false);
  if (strategy.meanwhile === 'fails') expect(settled?.outcome).toBe('contended');
  if (strategy.meanwhile === 'waits') expect(settled).toBeUndefined();
  first.open();
  second.open();
  await Promise.all([firstDone, secondDone]);
}

/** Of duplicates one did it; every other one has the same answer, and says that it was done. */
export function expectOneEffect(answers: readonly Outcome[]): void {
  const made = answers.filter(({ replayed }) => replayed !== true);
  expect(made).toHaveLength(1);
  for (const answer of answers) expect(asReplay(answer)).toEqual(asReplay(made[0]!));
}
