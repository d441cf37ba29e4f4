/** What became of one request of a run. Times in milliseconds since the run's start. */
export interface Attempt {
  readonly request: number;
  readonly row: number;
  readonly sentMs: number;
  /** When it first had a connection; null when it never had one. */
  readonly connectedMs: number | null;
  /** When it first stood between its read and its write, about to work; null when it never came there. */
  readonly workedMs: number | null;
  readonly answeredMs: number;
  readonly outcome: string;
  /** Of `contended` and `overloaded`: an SQLSTATE, `version`, `pool`, … */
  readonly cause: string | null;
  /** The version of the row that its last transaction has read. */
  readonly version: number | null;
  readonly poolWaitMs: number;
  readonly longestStatementMs: number;
  readonly transactionMs: number;
  readonly statements: number;
  readonly transactions: number;
  readonly rollbacks: number;
  readonly deadlocks: number;
}
