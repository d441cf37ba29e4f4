import type { Connection, Database, Run } from '../../src/db/database.ts';

/** The same database, which awaits `onStatement` with the name and values of each statement before it sends it. */
export function observed(
  inner: Database,
  onStatement: (name: string, values: readonly unknown[]) => void | Promise<void>,
): Database {
  const observe =
    <Writes extends boolean>(run: Run<Writes>): Run<Writes> =>
    async (declared, values) => {
      await onStatement(declared.name, values);
      return run(declared, values);
    };
  const over = (connection: Connection): Connection => ({
    server: connection.server,
    read: observe(connection.read),
    autocommit: observe(connection.autocommit),
    transaction: (options, work) =>
      connection.transaction(options, (tx) => work({ ...tx, run: observe(tx.run), read: observe(tx.read) })),
  });
  return { ...inner, connect: (work) => inner.connect((connection) => work(over(connection))) };
}
