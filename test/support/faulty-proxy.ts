import { createServer, connect as connectTo } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { onMessage, textAt } from './pg-messages.ts';

/**
 * How a COMMIT fails on its way. A statement outside of a transaction commits by itself, at its Sync message: there the
 * faults apply to the Sync.
 *
 * - `lose the request`: the client's connection dies and the server never sees the COMMIT.
 * - `lose the answer`: the server has committed when the client's connection dies.
 * - `cut at once`: the COMMIT is passed on and the client's connection dies before the server has answered.
 * - `freeze the answer`: the COMMIT is passed on, its answer never arrives, and the connection stays.
 */
export type CommitFault = 'lose the request' | 'lose the answer' | 'cut at once' | 'freeze the answer';

/** A TCP proxy in front of a PostgreSQL server, whose connections fail where a test wants them to. */
export interface FaultyProxy {
  /** The server's connection string, by way of the proxy. */
  readonly url: string;
  /** Makes the next COMMIT fail and, on request, the server unreachable from then on. */
  failNextCommit(fault: CommitFault, after?: 'server unreachable'): void;
  /** Resolves when `count` COMMITs have failed. */
  faulted(count: number): Promise<void>;
  /** Resolves when `count` connections have been refused or left without an answer. */
  turnedAway(count: number): Promise<void>;
  /**
   * Resets each new connection after this many messages of the server: 1 resets it after the first message of the start-up
   * exchange. A count beyond that exchange resets it after a later answer.
   */
  resetAfterServerMessages(count: number | undefined): void;
  /** Cuts every connection. New ones are refused, or accepted and never answered. */
  disconnect(how: 'refuse' | 'stay silent'): void;
  /** Ends `disconnect`. */
  reconnect(): void;
  close(): Promise<void>;
}

interface State {
  fault: { readonly kind: CommitFault; readonly after: 'server unreachable' | undefined } | undefined;
  reachable: 'yes' | 'refuse' | 'stay silent';
  resetAfter: number | undefined;
  readonly faults: Counter;
  readonly turnedAway: Counter;
  readonly sockets: Set<Socket>;
}

/** Starts a proxy on a free port of 127.0.0.1 in front of the server that `url` names. TLS is not understood. */
export async function startFaultyProxy(url: string): Promise<FaultyProxy> {
  const target = new URL(url);
  const state: State = {
    fault: undefined,
    reachable: 'yes',
    resetAfter: undefined,
    faults: createCounter(),
    turnedAway: createCounter(),
    sockets: new Set(),
  };
  const listener = createServer((client) => pass(client, target, state));
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const proxied = new URL(url);
  proxied.hostname = '127.0.0.1';
  proxied.port = String((listener.address() as AddressInfo).port);
  return {
    url: proxied.href,
    failNextCommit: (kind, after) => {
      state.fault = { kind, after };
    },
    faulted: (count) => state.faults.reached(count),
    turnedAway: (count) => state.turnedAway.reached(count),
    resetAfterServerMessages: (count) => {
      state.resetAfter = count;
    },
    disconnect: (how) => disconnect(state, how),
    reconnect: () => {
      state.reachable = 'yes';
      for (const socket of state.sockets) socket.destroy();
    },
    close: async () => {
      for (const socket of state.sockets) socket.destroy();
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}

function disconnect(state: State, how: 'refuse' | 'stay silent'): void {
  state.reachable = how;
  for (const socket of state.sockets) socket.destroy();
}

/** Connects one client with the server and watches its messages for a COMMIT. */
function pass(client: Socket, target: URL, state: State): void {
  keep(state, client);
  if (state.reachable === 'refuse') client.destroy();
  if (state.reachable !== 'yes') {
    state.turnedAway.add();
    return;
  }
  const server = connectTo(Number(target.port === '' ? 5432 : target.port), target.hostname);
  keep(state, server);
  client.setNoDelay(true);
  server.setNoDelay(true);
  let answer: 'pass on' | 'withhold' | 'close the client' = 'pass on';
  client.on('close', () => server.end());
  server.on('close', () => client.destroy());
  if (state.resetAfter === undefined) {
    server.on('data', (chunk) => {
      if (answer === 'pass on') client.write(chunk);
      if (answer === 'close the client') client.destroy();
    });
  } else resetBehind(client, server, state.resetAfter);
  const apply = (kind: CommitFault, message: Buffer): void => {
    if (kind === 'lose the request') server.destroy();
    else server.write(message);
    if (kind === 'freeze the answer') answer = 'withhold';
    if (kind === 'lose the answer') answer = 'close the client';
    if (kind === 'lose the request' || kind === 'cut at once') client.destroy();
  };
  const commits = createCommitWatch();
  onMessage(client, (message) => {
    const fault = commits(message) ? state.fault : undefined;
    if (fault === undefined) {
      server.write(message);
      return;
    }
    state.fault = undefined;
    apply(fault.kind, message);
    const met = (): void => {
      if (fault.after === 'server unreachable') disconnect(state, 'refuse');
      state.faults.add();
    };
    // A lost answer counts once the server has answered, because only then has it committed.
    if (fault.kind === 'lose the answer') server.once('data', met);
    else met();
  });
}

/** Passes on this many of the server's messages, then resets the client's connection (RST, no FIN). */
function resetBehind(client: Socket, server: Socket, count: number): void {
  let left = count;
  onMessage(
    server,
    (message) => {
      left -= 1;
      if (left === 0) client.write(message, () => client.resetAndDestroy());
      else if (left > 0) client.write(message);
    },
    'typed',
  );
}

interface Counter {
  add(): void;
  reached(count: number): Promise<void>;
}

function createCounter(): Counter {
  let reached = 0;
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  return {
    add: () => {
      reached += 1;
      for (const waiter of waiting) if (reached >= waiter.count) waiter.resolve();
    },
    reached: (count) =>
      new Promise((resolve) => {
        if (reached >= count) resolve();
        else waiting.push({ count, resolve });
      }),
  };
}

function keep(state: State, socket: Socket): void {
  state.sockets.add(socket);
  socket.on('close', () => state.sockets.delete(socket));
  // The close that follows an error is all that matters here.
  socket.on('error', () => undefined);
}

/**
 * Tells which messages of one connection commit: a simple Query `commit`, as the transaction helper sends it, and a Sync
 * outside of a transaction.
 */
function createCommitWatch(): (message: Buffer) => boolean {
  let inTransaction = false;
  return (message) => {
    const type = String.fromCharCode(message[0]!);
    if (type === 'S') return !inTransaction;
    if (type !== 'Q') return false;
    const text = textAt(message, 5);
    if (text.startsWith('begin')) inTransaction = true;
    if (text === 'commit' || text === 'rollback') inTransaction = false;
    return text === 'commit';
  };
}
