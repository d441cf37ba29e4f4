/**
 * Gathers single requests into runs of many: for each key one run at a time, of at most `sizeMax` requests.
 * Those that arrive during a run share the next one. A run resolves with a function that answers each of its
 * requests; when it fails, all of its requests get its error.
 */
export function inBatches<Item, Result>(
  sizeMax: number,
  run: (key: string, items: readonly Item[]) => Promise<(item: Item) => Result>,
): (key: string, item: Item) => Promise<Result> {
  interface Waiting {
    readonly item: Item;
    readonly resolve: (result: Result) => void;
    readonly reject: (error: unknown) => void;
  }
  const queues = new Map<string, Waiting[]>();

  async function drain(key: string, queue: Waiting[]): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.splice(0, sizeMax);
      try {
        const items = batch.map(({ item }) => item);
        const resultOf = await run(key, items);
        for (const { item, resolve } of batch) resolve(resultOf(item));
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    queues.delete(key);
  }

  return (key, item) =>
    new Promise((resolve, reject) => {
      const queue = queues.get(key);
      if (queue !== undefined) queue.push({ item, resolve, reject });
      else {
        const started: Waiting[] = [{ item, resolve, reject }];
        queues.set(key, started);
        void drain(key, started);
      }
    });
}
