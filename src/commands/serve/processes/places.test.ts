import { expect, it } from 'vitest';
import { createSharedPlaces } from './places.ts';

it('counts the places of a client in all processes, and of all clients', () => {
  const places = createSharedPlaces<string>({ watchersMax: 3, watchersPerClientMax: 2 });
  expect(places.take('one', 'anna')).toBeUndefined();
  expect(places.take('other', 'anna')).toBeUndefined();
  expect(places.take('one', 'anna')).toMatchObject({ outcome: 'rate_limited' });
  expect(places.take('one', 'ben')).toBeUndefined();
  expect(places.take('other', 'cleo')).toMatchObject({ outcome: 'overloaded', cause: 'watchers' });
  places.leave('other', 'anna');
  expect(places.take('one', 'anna')).toBeUndefined();
});

it('frees the places of a process that has ended, and no others', () => {
  const places = createSharedPlaces<string>({ watchersMax: 4, watchersPerClientMax: 4 });
  for (const holder of ['one', 'one', 'one', 'other']) places.take(holder, 'anna');
  expect(places.take('other', 'anna')).toMatchObject({ outcome: 'overloaded' });
  places.forget('one');
  // What it reported before its end arrives late.
  places.leave('one', 'anna');
  for (let i = 0; i < 3; i += 1) expect(places.take('other', 'anna')).toBeUndefined();
  expect(places.take('other', 'anna')).toMatchObject({ outcome: 'overloaded' });
});
