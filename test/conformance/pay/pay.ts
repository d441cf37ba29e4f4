/**
 * What every strategy of `pay` promises, as tests by topic. Each strategy runs all of them; controls must
 * fail the races.
 */
import { describe } from 'vitest';
import type { TestDatabase } from '../../support/database.ts';
import type { PayStrategy } from '../../../src/operations/pay/pay.ts';
import { paysOneAfterAnother } from './one-after-another.ts';
import { paysExactlyOnce } from './exactly-once.ts';
import { paysDespiteErrors } from './errors.ts';

export function payConformance(database: TestDatabase, strategy: PayStrategy): void {
  describe('one after another', () => paysOneAfterAnother(database, strategy));
  describe('exactly once', () => paysExactlyOnce(database, strategy));
  describe('when things go wrong', () => paysDespiteErrors(database, strategy));
}
