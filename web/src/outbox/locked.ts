/** One work of a name at a time, within this page. */
export function lockedHere(): <T>(name: string, work: () => Promise<T>) => Promise<T> {
  const tails = new Map<string, Promise<unknown>>();
  return (name, work) => {
    const before = tails.get(name) ?? Promise.resolve();
    const done = before.then(work, work);
    tails.set(name, done);
    return done;
  };
}
