import type { Attempt } from '../../src/lab/measure/attempt.ts';

/** A request of a lab's run that took no time and won. A test names what it is about. */
export const ATTEMPT: Attempt = {
  request: 0,
  row: 0,
  sentMs: 0,
  connectedMs: 0,
  workedMs: 0,
  answeredMs: 0,
  tries: [],
  outcome: 'topped_up',
  cause: null,
  version: null,
  poolWaitMs: 0,
  longestStatementMs: 0,
  transactionMs: 0,
  statements: 0,
  transactions: 0,
  rollbacks: 0,
  deadlocks: 0,
};
