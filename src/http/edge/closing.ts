/**
 * Ends the server: refuses new work, finishes requests in flight, and does not wait for silent connections.
 */
import type { Socket } from 'node:net';
import type { App } from '../app.ts';
import type { HttpLimits } from './limits.ts';
import { sendRefusal } from '../answers/problem.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /**
     * Leaves the server's work to another one, which new connections reach: answers every request that its own
     * connections still bring and ends each connection behind its answer. Resolves when none is left, or after
     * `closeTimeoutMs`; `close()` does the rest.
     */
    handOver(): Promise<void>;
  }
}

/** Prepares the server's end, which `app.close()` or `app.handOver()` begins. The signal aborts when it begins. */
export function closeGracefully(app: App, limits: HttpLimits): AbortSignal {
  const connections = trackConnections(app);
  const ending = new AbortController();
  let refusesWork = false;
  let inFlight = 0;
  let onIdle: (() => void) | undefined;
  app.decorate('handOver', async () => {
    ending.abort();
    await connections.ended(limits.closeTimeoutMs);
  });
  app.addHook('preClose', (done) => {
    const cut = setTimeout(() => app.server.closeAllConnections(), limits.closeTimeoutMs);
    // A server that never listened does not report that it is closed.
    cut.unref();
    app.server.once('close', () => clearTimeout(cut));
    // Listens until no request is in flight: new work gets a 503 instead of a refused connection.
    const stopListening = (): void => {
      clearTimeout(patience);
      for (const socket of connections.silent) if (socket.bytesRead === 0) socket.destroy();
      done();
    };
    const patience = setTimeout(() => onIdle?.(), limits.closeTimeoutMs);
    onIdle = () => {
      onIdle = undefined;
      stopListening();
    };
    refusesWork = true;
    ending.abort();
    if (inFlight === 0) onIdle?.();
  });
  app.addHook('onRequest', (_request, reply, done) => {
    if (refusesWork) {
      sendRefusal(reply, { outcome: 'overloaded', cause: 'closing' });
      return;
    }
    inFlight += 1;
    // A response closes once, whether it was sent completely or its connection broke.
    reply.raw.once('close', () => {
      inFlight -= 1;
      if (inFlight === 0) onIdle?.();
    });
    done();
  });
  // Without it a client keeps its connection after the last answer, and the server waits for it.
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (ending.signal.aborted) reply.header('connection', 'close');
    done();
  });
  return ending.signal;
}

interface Connections {
  /**
   * Those without a request yet, which browsers open in advance. A closing server of Node ends idle
   * connections, but counts these among those that are sending a request.
   */
  readonly silent: ReadonlySet<Socket>;
  /** Resolves when none is open, or after this time. */
  ended(timeoutMs: number): Promise<void>;
}

function trackConnections(app: App): Connections {
  const silent = new Set<Socket>();
  let open = 0;
  let onNone: (() => void) | undefined;
  app.server.on('connection', (socket) => {
    open += 1;
    silent.add(socket);
    socket.once('close', () => {
      open -= 1;
      silent.delete(socket);
      if (open === 0) onNone?.();
    });
  });
  app.server.on('request', ({ socket }) => silent.delete(socket));
  return {
    silent,
    ended: async (timeoutMs) => {
      if (open === 0) return;
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
