/**
 * What this browser keeps for the pages. Where it keeps nothing (cookies blocked, a sandboxed frame) or is full, this
 * page keeps it until it goes: a buyer then sees and buys, and only a reload starts over.
 */
export interface KeptItems {
  readonly length: number;
  key(index: number): string | null;
  getItem(name: string): string | null;
  setItem(name: string, value: string): void;
  removeItem(name: string): void;
}

/** `open` may throw, and so may what it opens: `localStorage` does both. */
export function openStorage(open: () => KeptItems): KeptItems {
  const here = new Map<string, string>();
  const kept = attempt(open);
  const names = (): readonly string[] => {
    const stored = Array.from({ length: kept?.length ?? 0 }, (_, index) => kept?.key(index) ?? '');
    return [...new Set([...stored, ...here.keys()])];
  };
  return {
    get length() {
      return names().length;
    },
    key: (index) => names()[index] ?? null,
    getItem: (name) => here.get(name) ?? kept?.getItem(name) ?? null,
    setItem(name, value) {
      here.set(name, value);
      // What is kept already stays when it can't be replaced: a request's key is in it.
      attempt(() => {
        if (kept === undefined) return;
        kept.setItem(name, value);
        here.delete(name);
      });
    },
    removeItem(name) {
      here.delete(name);
      kept?.removeItem(name);
    },
  };
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

export const storage = openStorage(() => localStorage);

/** What this tab alone keeps, until it is closed. */
export const tabStorage = openStorage(() => sessionStorage);
