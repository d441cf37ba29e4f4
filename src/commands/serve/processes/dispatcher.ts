/**
 * Gives connections to processes: each to the one with the fewest, and one at a time, so that a busy process gets no
 * more than it takes (docs/decisions/0031-several-processes.md).
 */
import type { Socket } from 'node:net';

/** A process that serves connections. */
export interface Receiver {
  /** Sends it a copy of the connection; `taken` says that it has it. */
  give(socket: Socket): void;
}

export interface Dispatcher {
  /** Serves a connection that has been accepted, or closes it when there are too many. */
  accept(socket: Socket): void;
  add(receiver: Receiver): void;
  taken(receiver: Receiver): void;
  /** It has left the connection that was on its way untouched, and takes no other: the next one gets it. */
  notTaken(receiver: Receiver): void;
  /** So many of its connections have ended. */
  left(receiver: Receiver, count: number): void;
  /** It gets no more connections; those that it has still count. False when no other gets any either. */
  retire(receiver: Receiver): boolean;
  /** It has ended, and its connections with it. */
  forget(receiver: Receiver): void;
  /** Closes the connections that wait for a process. */
  close(): void;
}

interface State {
  isRetired: boolean;
  open: number;
  /** The connection that is on its way. This process's copy keeps it open until the other one has it. */
  handing: Socket | undefined;
}

/** How long a connection waits for a process that takes it. */
const WAIT_MS = 10_000;

export function createDispatcher(connectionsMax: number): Dispatcher {
  const states = new Map<Receiver, State>();
  /** In the order of arrival, with the timers that end their wait. */
  const waiting = new Map<Socket, NodeJS.Timeout>();

  function openCount(): number {
    let count = waiting.size;
    for (const { open } of states.values()) count += open;
    return count;
  }

  function freest(): [Receiver, State] | undefined {
    let best: [Receiver, State] | undefined;
    for (const [receiver, state] of states) {
      if (state.isRetired || state.handing !== undefined) continue;
      if (best === undefined || state.open < best[1].open) best = [receiver, state];
    }
    return best;
  }

  function dispatch(): void {
    for (const [socket, timer] of waiting) {
      const best = freest();
      if (best === undefined) return;
      clearTimeout(timer);
      waiting.delete(socket);
      const [receiver, state] = best;
      // Of those with as many connections, the next one goes to the one that has waited longest.
      states.delete(receiver);
      states.set(receiver, state);
      state.open += 1;
      state.handing = socket;
      receiver.give(socket);
    }
  }

  function wait(socket: Socket): void {
    const timer = setTimeout(() => {
      waiting.delete(socket);
      socket.destroy();
    }, WAIT_MS);
    waiting.set(socket, timer);
    dispatch();
  }

  return {
    accept: (socket) => {
      // It may break before a process has it.
      socket.on('error', () => undefined);
      if (openCount() >= connectionsMax) socket.destroy();
      else wait(socket);
    },
    add: (receiver) => {
      states.set(receiver, { isRetired: false, open: 0, handing: undefined });
      dispatch();
    },
    taken: (receiver) => {
      const state = states.get(receiver);
      state?.handing?.destroy();
      if (state !== undefined) state.handing = undefined;
      dispatch();
    },
    notTaken: (receiver) => {
      const state = states.get(receiver);
      if (state?.handing === undefined) return;
      const { handing } = state;
      state.handing = undefined;
      state.isRetired = true;
      state.open -= 1;
      wait(handing);
    },
    left: (receiver, count) => {
      const state = states.get(receiver);
      if (state !== undefined) state.open -= count;
    },
    retire: (receiver) => {
      const state = states.get(receiver);
      if (state !== undefined) state.isRetired = true;
      return [...states.values()].some(({ isRetired }) => !isRetired);
    },
    forget: (receiver) => {
      // What it has read of a connection is lost, so no other process can serve it.
      states.get(receiver)?.handing?.destroy();
      states.delete(receiver);
    },
    close: () => {
      for (const [socket, timer] of waiting) {
        clearTimeout(timer);
        socket.destroy();
      }
      waiting.clear();
    },
  };
}
