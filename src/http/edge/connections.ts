/** The server's open connections, and the answers that are under way on each. */
import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface Connections {
  /** Notes each connection of the server and its answers from now on. */
  watch(server: Server): void;
  /**
   * Those without a request yet, which browsers open in advance. A closing server of Node ends idle
   * connections, but counts these among those that are sending a request.
   */
  silent(): readonly Socket[];
  /** How many are open. */
  readonly count: () => number;
  /** The answers that have not ended, by completion or by a broken connection. */
  answersUnderWay(): readonly ServerResponse[];
  /** Whether an answer is partly sent on this connection, so that another one would corrupt it. */
  isAnswering(socket: Socket): boolean;
  /** Resolves when none is open, or after this time. */
  ended(timeoutMs: number): Promise<void>;
}

interface Connection {
  hadRequest: boolean;
  /** Several where requests are sent without waiting for answers. Thousands of idle connections must keep none. */
  readonly answers: ServerResponse[];
}

export function createConnections(): Connections {
  const open = new Map<Socket, Connection>();
  let onNone: (() => void) | undefined;
  // One function for all: a closure for each request would cost more.
  function forget(this: ServerResponse): void {
    const answers = open.get(this.req.socket)?.answers;
    const at = answers?.indexOf(this) ?? -1;
    if (at >= 0) answers!.splice(at, 1);
  }
  return {
    watch: (server) => {
      server.on('connection', (socket) => {
        open.set(socket, { hadRequest: false, answers: [] });
        socket.once('close', () => {
          open.delete(socket);
          if (open.size === 0) onNone?.();
        });
      });
      server.on('request', ({ socket }, response) => {
        const connection = open.get(socket);
        if (connection === undefined) return;
        connection.hadRequest = true;
        connection.answers.push(response);
        response.on('close', forget);
      });
    },
    silent: () => [...open].filter(([, { hadRequest }]) => !hadRequest).map(([socket]) => socket),
    count: () => open.size,
    answersUnderWay: () =>
      [...open.values()].flatMap(({ answers }) => answers).filter(({ closed }) => !closed),
    isAnswering: (socket) => open.get(socket)?.answers.some(({ headersSent }) => headersSent) === true,
    ended: async (timeoutMs) => {
      if (open.size === 0) return;
      await new Promise<void>((resolve) => {
        const patience = setTimeout(resolve, timeoutMs);
        onNone = () => {
          clearTimeout(patience);
          resolve();
        };
      });
    },
  };
}
