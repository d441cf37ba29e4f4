/** One try of a request: a loan of a connection. A strategy that retries makes several. */
export interface Try {
  readonly connectedMs: number;
  /** When it reached the race point, between read and write; null when it never did. */
  readonly workedMs: number | null;
  /** When it gave its connection back, with the answer or to try again. */
  readonly endedMs: number;
}

/** One request of a run and its result. Times are milliseconds since the run's start. */
export interface Attempt {
  readonly request: number;
  readonly row: number;
  readonly sentMs: number;
  /** When it first got a connection; null when it never did. */
  readonly connectedMs: number | null;
  /** When it first reached the race point, between read and write; null when it never did. */
  readonly workedMs: number | null;
  readonly answeredMs: number;
  /** Empty in groups, whose members share a connection. */
  readonly tries: readonly Try[];
  readonly outcome: string;
  /** Of `contended` and `overloaded`: an SQLSTATE (for 55P03 `lock_timeout` or `nowait`), `version`, `pool`, … */
  readonly cause: string | null;
  /** The version of the row that its last transaction read. */
  readonly version: number | null;
  readonly poolWaitMs: number;
  readonly longestStatementMs: number;
  readonly transactionMs: number;
  readonly statements: number;
  readonly transactions: number;
  readonly rollbacks: number;
  readonly deadlocks: number;
}
