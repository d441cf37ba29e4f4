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
  /** The answers that have not ended, by completion or by a broken connection. */
  answersUnderWay(): readonly ServerResponse[];
  /** Whether an answer is partly sent on this connection, so that another one would corrupt it. */
  isAnswering(socket: Socket): boolean;
  /** Resolves when none is open, or after this time. */
  ended(timeoutMs: number): Promise<void>;
}

export function createConnections(): Connections {
  // Each answer stays until the next request finds it ended: a listener for its end would cost every request.
  const answersOn = new Map<Socket, ServerResponse[]>();
  let onNone: (() => void) | undefined;
  return {
    watch: (server) => {
      server.on('connection', (socket) => {
        answersOn.set(socket, []);
        socket.once('close', () => {
          answersOn.delete(socket);
          if (answersOn.size === 0) onNone?.();
        });
      });
      server.on('request', ({ socket }, response) => {
        const answers = answersOn.get(socket);
        if (answers === undefined) return;
        while (answers[0]?.closed === true) answers.shift();
        answers.push(response);
      });
    },
    silent: () => [...answersOn].filter(([, answers]) => answers.length === 0).map(([socket]) => socket),
    answersUnderWay: () => [...answersOn.values()].flat().filter(({ closed }) => !closed),
    isAnswering: (socket) =>
      answersOn.get(socket)?.some(({ closed, headersSent }) => headersSent && !closed) === true,
    ended: async (timeoutMs) => {
      if (answersOn.size === 0) return;
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
