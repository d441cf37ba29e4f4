/** A map of bounded weight that evicts its least recently used entries. */
export interface WeightedCache<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): void;
}

/** The newest entry stays, however heavy it is. */
export function createWeightedCache<Value>(
  weightMax: number,
  weightOf: (value: Value) => number,
): WeightedCache<Value> {
  // A Map keeps the order of insertion, so its first entry is the least recently used.
  const entries = new Map<string, Value>();
  let weight = 0;
  const remove = (key: string): void => {
    const value = entries.get(key);
    if (value === undefined) return;
    entries.delete(key);
    weight -= weightOf(value);
  };
  return {
    get: (key) => {
      const value = entries.get(key);
      if (value === undefined) return undefined;
      entries.delete(key);
      entries.set(key, value);
      return value;
    },
    set: (key, value) => {
      remove(key);
      entries.set(key, value);
      weight += weightOf(value);
      for (const oldest of entries.keys()) {
        if (weight <= weightMax || oldest === key) break;
        remove(oldest);
      }
    },
  };
}
