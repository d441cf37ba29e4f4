/**
 * What every strategy of `hold` promises, as tests by topic. Each strategy runs all of them; controls must
 * fail the races.
 */
import { describe } from 'vitest';
import type { TestDatabase } from '../../support/database.ts';
import type { HoldStrategy } from '../../../src/operations/hold/hold.ts';
import { holdsOneAfterAnother } from './one-after-another.ts';
import { holdsWithinBudget } from './budget.ts';
import { holdsExactlyOnce } from './exactly-once.ts';
import { holdsDespiteErrors } from './errors.ts';
import { holdLocks } from './locks.ts';
import { holdRaces as races } from './races.ts';

export function holdConformance(database: TestDatabase, strategy: HoldStrategy): void {
  describe('one after another', () => holdsOneAfterAnother(database, strategy));
  describe('the budget of unpaid holds', () => holdsWithinBudget(database, strategy));
  describe('exactly once', () => holdsExactlyOnce(database, strategy));
  describe('when things go wrong', () => holdsDespiteErrors(database, strategy));
}

/** The races: with the guard they end well. */
export function holdRaces(database: TestDatabase, strategy: HoldStrategy): void {
  races(database, strategy);
  holdLocks(database, strategy);
}
