/** Where intents are kept: localStorage, one item each, so that two tabs never overwrite each other's. */
import type { KeptItems } from '../storage/storage.ts';
import type { Intent } from './request.ts';

export interface IntentStore {
  /** Oldest first. */
  all(): readonly Intent[];
  read(key: string): Intent | undefined;
  write(intent: Intent): void;
  remove(key: string): void;
}

export const STORED_BELOW = 'rowlock.intent.';

export function openIntentStore(storage: KeptItems): IntentStore {
  const read = (name: string): Intent | undefined => parsed(storage.getItem(name));
  return {
    all: () => {
      const names = Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? '');
      return names
        .filter((name) => name.startsWith(STORED_BELOW))
        .map(read)
        .filter((intent) => intent !== undefined)
        .toSorted((a, b) => a.createdAtMs - b.createdAtMs || a.key.localeCompare(b.key));
    },
    read: (key) => read(STORED_BELOW + key),
    write: (intent) => storage.setItem(STORED_BELOW + intent.key, JSON.stringify(intent)),
    remove: (key) => storage.removeItem(STORED_BELOW + key),
  };
}

function parsed(stored: string | null): Intent | undefined {
  if (stored === null) return undefined;
  try {
    return JSON.parse(stored) as Intent;
  } catch {
    return undefined;
  }
}
