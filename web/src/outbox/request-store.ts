/** Where requests are kept: localStorage, one item each, so that two tabs never overwrite each other's. */
import type { KeptItems } from '../storage/storage.ts';
import type { PendingRequest } from './request.ts';

export interface RequestStore {
  /** Oldest first. */
  all(): readonly PendingRequest[];
  read(key: string): PendingRequest | undefined;
  write(pending: PendingRequest): void;
  remove(key: string): void;
}

export const STORED_BELOW = 'rowlock.request.';

export function openRequestStore(storage: KeptItems): RequestStore {
  const read = (name: string): PendingRequest | undefined => parsed(storage.getItem(name));
  return {
    all: () => {
      const names = Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? '');
      return names
        .filter((name) => name.startsWith(STORED_BELOW))
        .map(read)
        .filter((pending) => pending !== undefined)
        .toSorted((a, b) => a.createdAtMs - b.createdAtMs || a.key.localeCompare(b.key));
    },
    read: (key) => read(STORED_BELOW + key),
    write: (pending) => storage.setItem(STORED_BELOW + pending.key, JSON.stringify(pending)),
    remove: (key) => storage.removeItem(STORED_BELOW + key),
  };
}

function parsed(stored: string | null): PendingRequest | undefined {
  if (stored === null) return undefined;
  try {
    return JSON.parse(stored) as PendingRequest;
  } catch {
    return undefined;
  }
}
