import { expect, it } from 'vitest';
import type { Stream } from './browser.ts';
import { openInPlace } from './stream-places.ts';

type Locks = Pick<LockManager, 'request'>;

/** Locks as a browser has them, for all tabs. */
function createLocks(): Locks & { readonly held: Set<string> } {
  const held = new Set<string>();
  const request = async (
    name: string,
    _options: LockOptions,
    work: (lock: Lock | null) => unknown,
  ): Promise<unknown> => {
    if (held.has(name)) return work(null);
    held.add(name);
    try {
      return await work({ name, mode: 'exclusive' });
    } finally {
      held.delete(name);
    }
  };
  return { held, request: request as Locks['request'] };
}

interface Opened {
  readonly stream: Stream;
  readonly said: string[];
}

/** A stream that says its own name once it is open, as one that errs says `error`. */
function openIn(locks: Locks, opened: string[], name: string): Opened {
  const said: string[] = [];
  const inner: Stream = {
    readyState: 1,
    addEventListener: (type, listen) => type === 'open' && listen({ data: '', lastEventId: '' }),
    close: () => void opened.splice(opened.indexOf(name), 1),
  };
  const stream = openInPlace(() => {
    opened.push(name);
    return inner;
  }, locks);
  for (const type of ['open', 'error']) stream.addEventListener(type, () => said.push(type));
  return { stream, said };
}

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 40; turn++) await Promise.resolve();
};

it('opens four streams, refuses the fifth, and gives a place on', async () => {
  const [locks, opened] = [createLocks(), [] as string[]];
  const all = ['a', 'b', 'c', 'd', 'e'].map((name) => openIn(locks, opened, name));
  await settled();
  expect(opened.toSorted((x, y) => x.localeCompare(y))).toEqual(['a', 'b', 'c', 'd']);
  expect(all.map(({ said }) => said.join())).toEqual(['open', 'open', 'open', 'open', 'error']);
  expect(all[4]!.stream.readyState).toBe(2);
  all[1]!.stream.close();
  await settled();
  const sixth = openIn(locks, opened, 'f');
  await settled();
  expect([sixth.said, opened.includes('f')]).toEqual([['open'], true]);
});

it('takes no place when it is closed before it has one', async () => {
  const [locks, opened] = [createLocks(), [] as string[]];
  const { stream, said } = openIn(locks, opened, 'a');
  stream.close();
  await settled();
  expect([opened, said, [...locks.held]]).toEqual([[], [], []]);
});
