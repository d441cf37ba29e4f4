import type { Connection, Database, Runner } from '../../src/db/database.ts';

/** The same database, whose every statement is told, by name and values, before it is sent; a promise is waited for. */
export function overheard(
  inner: Database,
  onStatement: (name: string, values: readonly unknown[]) => void | Promise<void>,
): Database {
  const heard =
    (runner: Runner): Runner['run'] =>
    async (declared, values) => {
      await onStatement(declared.name, values);
      return runner.run(declared, values);
    };
  const over = (connection: Connection): Connection => ({
    run: heard(connection),
    autocommit: heard({ run: (declared, values) => connection.autocommit(declared, values) }),
    transaction: (options, work) => connection.transaction(options, (tx) => work({ ...tx, run: heard(tx) })),
  });
  return { ...inner, connect: (work) => inner.connect((connection) => work(over(connection))) };
}
