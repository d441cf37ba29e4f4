import type { Connection, Database, Run } from '../../src/db/database.ts';

/** The same database, that calls `onStatement` with each statement's name and values before it sends it, and awaits the promise. */
export function overheard(
  inner: Database,
  onStatement: (name: string, values: readonly unknown[]) => void | Promise<void>,
): Database {
  const heard =
    <Writes extends boolean>(run: Run<Writes>): Run<Writes> =>
    async (declared, values) => {
      await onStatement(declared.name, values);
      return run(declared, values);
    };
  const over = (connection: Connection): Connection => ({
    read: heard(connection.read),
    autocommit: heard(connection.autocommit),
    transaction: (options, work) =>
      connection.transaction(options, (tx) => work({ ...tx, run: heard(tx.run), read: heard(tx.read) })),
  });
  return { ...inner, connect: (work) => inner.connect((connection) => work(over(connection))) };
}
