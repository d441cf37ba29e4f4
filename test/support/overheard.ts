import type { Connection, Database, Runner } from '../../src/db/database.ts';

/** The same database, whose every statement is told, by name and values, before it is sent; a promise is waited for. */
export function overheard(
  inner: Database,
  onStatement: (name: string, values: readonly unknown[]) => void | Promise<void>,
): Database {
  const heard =
    (run: Runner['run']): Runner['run'] =>
    async (declared, values) => {
      await onStatement(declared.name, values as readonly unknown[]);
      return run(declared, values);
    };
  const over = (connection: Connection): Connection => ({
    run: heard(connection.run),
    autocommit: heard(connection.autocommit),
    transaction: (options, work) =>
      connection.transaction(options, (tx) => work({ ...tx, run: heard(tx.run) })),
  });
  return { ...inner, connect: (work) => inner.connect((connection) => work(over(connection))) };
}
