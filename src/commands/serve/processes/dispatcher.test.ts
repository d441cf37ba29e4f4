import type { Socket } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Receiver } from './dispatcher.ts';
import { createDispatcher } from './dispatcher.ts';

afterEach(() => void vi.useRealTimers());

interface Connection {
  readonly name: string;
  isDestroyed: boolean;
}

function connection(name: string): { readonly socket: Socket; readonly of: Connection } {
  const of: Connection = { name, isDestroyed: false };
  const socket = { ...of, on: () => undefined, destroy: () => (of.isDestroyed = true) };
  return { socket: socket as unknown as Socket, of };
}

function receiver(): Receiver & { readonly given: string[] } {
  const given: string[] = [];
  return { given, give: (socket) => void given.push((socket as unknown as Connection).name) };
}

describe('a dispatcher', () => {
  it('gives a connection to the process with the fewest, and in turns where they have as many', () => {
    const dispatcher = createDispatcher(100);
    const [one, other] = [receiver(), receiver()];
    dispatcher.add(one);
    dispatcher.add(other);
    for (const name of ['a', 'b', 'c', 'd']) {
      dispatcher.accept(connection(name).socket);
      dispatcher.taken(one);
      dispatcher.taken(other);
    }
    expect([one.given, other.given]).toEqual([
      ['a', 'c'],
      ['b', 'd'],
    ]);
    dispatcher.left(other, 2);
    for (const name of ['e', 'f']) {
      dispatcher.accept(connection(name).socket);
      dispatcher.taken(other);
    }
    expect(other.given).toEqual(['b', 'd', 'e', 'f']);
  });

  it('gives a connection that a closing process did not take to another one', () => {
    const dispatcher = createDispatcher(100);
    const [closing, other] = [receiver(), receiver()];
    dispatcher.add(closing);
    dispatcher.add(other);
    const late = connection('late');
    dispatcher.accept(late.socket);
    dispatcher.notTaken(closing);
    expect([closing.given, other.given, late.of.isDestroyed]).toEqual([['late'], ['late'], false]);
    dispatcher.taken(other);
    dispatcher.accept(connection('later').socket);
    expect(closing.given).toEqual(['late']);
  });

  it('keeps a connection until the process has it, and gives it no other before', () => {
    const dispatcher = createDispatcher(100);
    const [slow, quick] = [receiver(), receiver()];
    dispatcher.add(slow);
    dispatcher.add(quick);
    const [first, second, third] = ['a', 'b', 'c'].map(connection);
    dispatcher.accept(first!.socket);
    dispatcher.accept(second!.socket);
    dispatcher.taken(quick);
    dispatcher.accept(third!.socket);
    expect([slow.given, quick.given]).toEqual([['a'], ['b', 'c']]);
    expect([first!.of.isDestroyed, second!.of.isDestroyed]).toEqual([false, true]);
  });

  it('closes what was on its way to a process that ends, and serves the rest by the others', () => {
    const dispatcher = createDispatcher(100);
    const [killed, other] = [receiver(), receiver()];
    const [lost, waiting] = ['a', 'b'].map(connection);
    dispatcher.add(killed);
    dispatcher.accept(lost!.socket);
    dispatcher.accept(waiting!.socket);
    dispatcher.forget(killed);
    expect([lost!.of.isDestroyed, waiting!.of.isDestroyed]).toEqual([true, false]);
    dispatcher.add(other);
    expect(other.given).toEqual(['b']);
  });

  it('closes what is above the limit for all processes, until others have left', () => {
    const dispatcher = createDispatcher(2);
    const [one, other] = [receiver(), receiver()];
    dispatcher.add(one);
    dispatcher.add(other);
    const accepted = ['a', 'b', 'c', 'd'].map(connection);
    const accept = (place: number): void => {
      dispatcher.accept(accepted[place]!.socket);
      dispatcher.taken(one);
      dispatcher.taken(other);
    };
    for (const place of [0, 1, 2]) accept(place);
    expect([...one.given, ...other.given].toSorted()).toEqual(['a', 'b']);
    expect(accepted[2]!.of.isDestroyed).toBe(true);
    dispatcher.retire(one);
    dispatcher.left(one, 1);
    accept(3);
    expect(other.given).toEqual(['b', 'd']);
  });

  it('says whether anybody serves what comes', () => {
    const dispatcher = createDispatcher(2);
    const [one, other] = [receiver(), receiver()];
    dispatcher.add(one);
    dispatcher.add(other);
    expect([dispatcher.retire(one), dispatcher.retire(other)]).toEqual([true, false]);
  });

  it('lets a connection wait for a process no longer than ten seconds', () => {
    vi.useFakeTimers();
    const dispatcher = createDispatcher(2);
    const waiting = connection('a');
    dispatcher.accept(waiting.socket);
    vi.advanceTimersByTime(9_999);
    expect(waiting.of.isDestroyed).toBe(false);
    vi.advanceTimersByTime(1);
    expect(waiting.of.isDestroyed).toBe(true);
    const late = receiver();
    dispatcher.add(late);
    expect(late.given).toEqual([]);
  });
});
