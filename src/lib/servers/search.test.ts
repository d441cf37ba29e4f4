import { expect, it } from 'vitest';
import type { Server } from './address.ts';
import { NoWritableServer, createServerSearch } from './search.ts';

const [ONE, TWO, THREE] = ['one', 'two', 'three'].map((host): Server => ({ host, port: 5432 })) as [
  Server,
  Server,
  Server,
];

/** A search among servers of which these take writes, and whom it asked. */
function searchAmong(...writable: Server[]) {
  const asked: string[] = [];
  const takesWrites = new Set(writable);
  const search = createServerSearch([ONE, TWO, THREE], async (server) => {
    asked.push(server.host);
    return takesWrites.has(server) ? undefined : 'is a standby';
  });
  return { search, asked, takesWrites };
}

it('asks in order until one takes writes, and asks that one first from then on', async () => {
  const { search, asked } = searchAmong(TWO, THREE);
  expect((await search.find()).server).toBe(TWO);
  expect((await search.find()).server).toBe(TWO);
  expect(asked).toEqual(['one', 'two', 'two']);
});

it('asks the server that was left last, and takes it when it is the only one', async () => {
  const { search, asked } = searchAmong(ONE);
  const { epoch } = await search.find();
  asked.length = 0;
  search.leave(epoch);
  expect((await search.find()).server).toBe(ONE);
  expect(asked).toEqual(['two', 'three', 'one']);
});

it('a left server is left once, for all connections of its epoch', async () => {
  const { search } = searchAmong(ONE);
  const before = await search.find();
  expect(search.isLeft(before.epoch)).toBe(false);
  search.leave(before.epoch);
  const after = await search.find();
  // Another connection of the old epoch notices it late.
  search.leave(before.epoch);
  expect([before, after].map(({ epoch }) => search.isLeft(epoch))).toEqual([true, false]);
});

it('leaves the old server when another is found without it', async () => {
  const { search, takesWrites } = searchAmong(ONE);
  const before = await search.find();
  takesWrites.delete(ONE);
  takesWrites.add(TWO);
  const after = await search.find();
  expect(after.server).toBe(TWO);
  expect([before, after].map(({ epoch }) => search.isLeft(epoch))).toEqual([true, false]);
});

it('asks once for all who search meanwhile', async () => {
  const { search, asked } = searchAmong(ONE);
  await Promise.all([search.find(), search.find(), search.find()]);
  expect(asked).toEqual(['one']);
});

it('says what each server said when none takes writes', async () => {
  const { search } = searchAmong();
  await expect(search.find()).rejects.toEqual(
    new NoWritableServer(
      'no server takes writes: one:5432 is a standby; two:5432 is a standby; three:5432 is a standby',
    ),
  );
});
