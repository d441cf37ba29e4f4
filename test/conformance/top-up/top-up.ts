/**
 * What every strategy of `top-up` promises, as tests by topic. Each strategy runs all of them; controls must
 * fail the races.
 */
import { describe } from 'vitest';
import type { TestDatabase } from '../../support/database.ts';
import type { TopUpStrategy } from '../../../src/operations/top-up/top-up.ts';
import { topUpsOneAfterAnother } from './one-after-another.ts';
import { topUpsExactlyOnce } from './exactly-once.ts';
import { topUpsDespiteErrors } from './errors.ts';

export function topUpConformance(database: TestDatabase, strategy: TopUpStrategy): void {
  describe('one after another', () => topUpsOneAfterAnother(database, strategy));
  describe('exactly once', () => topUpsExactlyOnce(database, strategy));
  describe('when things go wrong', () => topUpsDespiteErrors(database, strategy));
}
