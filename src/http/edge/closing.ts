/**
 * Ends the server: refuses new work, finishes requests in flight, and does not wait for silent connections.
 */
import type { Socket } from 'node:net';
import type { App } from '../app.ts';
import type { HttpLimits } from './limits.ts';
import { sendRefusal } from '../answers/problem.ts';

/** Prepares the server's end, which `app.close()` begins. The signal aborts when it begins. */
export function closeGracefully(app: App, limits: HttpLimits): AbortSignal {
  const silent = silentConnections(app);
  const closing = new AbortController();
  let inFlight = 0;
  let onIdle: (() => void) | undefined;
  app.addHook('preClose', (done) => {
    const cut = setTimeout(() => app.server.closeAllConnections(), limits.closeTimeoutMs);
    // A server that never listened does not report that it is closed.
    cut.unref();
    app.server.once('close', () => clearTimeout(cut));
    // Listens until no request is in flight: new work gets a 503 instead of a refused connection.
    const stopListening = (): void => {
      clearTimeout(patience);
      for (const socket of silent) if (socket.bytesRead === 0) socket.destroy();
      done();
    };
    const patience = setTimeout(() => onIdle?.(), limits.closeTimeoutMs);
    onIdle = () => {
      onIdle = undefined;
      stopListening();
    };
    closing.abort();
    if (inFlight === 0) onIdle?.();
  });
  app.addHook('onRequest', (_request, reply, done) => {
    if (closing.signal.aborted) {
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
    if (closing.signal.aborted) reply.header('connection', 'close');
    done();
  });
  return closing.signal;
}

/**
 * Connections without a request yet, which browsers open in advance. A closing server of Node ends idle
 * connections, but counts these among those that are sending a request.
 */
function silentConnections(app: App): ReadonlySet<Socket> {
  const silent = new Set<Socket>();
  app.server.on('connection', (socket) => {
    silent.add(socket);
    socket.once('close', () => silent.delete(socket));
  });
  app.server.on('request', ({ socket }) => silent.delete(socket));
  return silent;
}
