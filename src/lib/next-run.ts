/**
 * Shares work between its callers: one run at a time for a key, however many callers. A caller that arrives
 * during a run gets the next run's result, so no result is older than the call.
 */
export function sharedNextRun<Value>(work: (key: string) => Promise<Value>): (key: string) => Promise<Value> {
  const lines = new Map<string, { readonly current: Promise<Value>; next: Promise<Value> | undefined }>();

  function run(key: string): Promise<Value> {
    const line = { current: work(key), next: undefined };
    lines.set(key, line);
    const leave = (): void => {
      if (lines.get(key) === line && line.next === undefined) lines.delete(key);
    };
    line.current.then(leave, leave);
    return line.current;
  }

  return (key) => {
    const line = lines.get(key);
    if (line === undefined) return run(key);
    const runAfter = (): Promise<Value> => run(key);
    line.next ??= line.current.then(runAfter, runAfter);
    return line.next;
  };
}
