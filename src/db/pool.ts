/**
 * The driver's pool in the parts that are used: with the driver's own types, every user of the library would need
 * `@types/pg`.
 */
export interface Pool extends Queryable {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
  connect(): Promise<PooledClient>;
}

export interface Queryable {
  query<Row extends object = Record<string, unknown>>(
    text: string | { readonly name: string; readonly text: string; values?: unknown[] },
    values?: readonly unknown[],
  ): Promise<Result<Row>>;
}

interface Result<Row> {
  rows: Row[];
  readonly rowCount: number | null;
  /** What the statement was, such as UPDATE. */
  readonly command: string;
}

export interface PooledClient extends Queryable {
  /** Gives the connection back; `true` ends it. */
  release(broken?: boolean): void;
}
