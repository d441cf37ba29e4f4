import type pg from 'pg';
import type { Database } from '../../db/database.ts';

/**
 * Opens all connections of the pool, so that no sample pays for it; pgbench does not count that time either.
 */
export async function openConnections({ pool }: Database, connections: number): Promise<void> {
  const clients = await Promise.all(Array.from({ length: connections }, () => pool.connect()));
  for (const client of clients) client.release();
}

/** Counts the pool's statements, BEGIN and COMMIT included. Call it before the first connection is made. */
export function countStatements({ pool }: Database): () => number {
  let statements = 0;
  (pool as pg.Pool).on('connect', (client) => {
    const send = client.query.bind(client) as (...args: readonly unknown[]) => unknown;
    const counting = (...args: readonly unknown[]): unknown => {
      statements += 1;
      return send(...args);
    };
    client.query = counting as typeof client.query;
  });
  return () => statements;
}
