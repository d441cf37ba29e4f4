/** A first-in, first-out queue whose every step costs the same however long it is. */
export interface Queue<T> {
  push(item: T): void;
  /** Takes the first; undefined when there is none. */
  shift(): T | undefined;
  /** Puts back to the front, in their order, items that were taken before. */
  putBack(items: readonly T[]): void;
  /** The first, left in its place. */
  peek(): T | undefined;
  readonly size: number;
}

/** An array whose front is dropped in blocks: `Array.shift` moves all that is behind it. */
export function createQueue<T>(): Queue<T> {
  let items: T[] = [];
  let head = 0;
  return {
    push: (item) => void items.push(item),
    shift: () => {
      if (head === items.length) return undefined;
      const item = items[head];
      head += 1;
      if (head >= 1024 && head * 2 >= items.length) {
        items = items.slice(head);
        head = 0;
      }
      return item;
    },
    putBack: (taken) => {
      if (taken.length === 0) return;
      items = [...taken, ...items.slice(head)];
      head = 0;
    },
    peek: () => items[head],
    get size() {
      return items.length - head;
    },
  };
}
