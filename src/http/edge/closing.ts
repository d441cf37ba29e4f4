/** How the server ends: new work is refused, what is in flight finishes, and nobody waits for silent connections. */
import type { Socket } from 'node:net';
import type { App } from '../app.ts';
import type { HttpLimits } from './limits.ts';
import { sendRefusal } from '../answers/problem.ts';

/** Prepares the server's end; `app.close()` brings it about. The signal aborts when it begins. */
export function closeGracefully(app: App, limits: HttpLimits): AbortSignal {
  const silent = silentConnections(app);
  const closing = new AbortController();
  let inFlight = 0;
  let onIdle: (() => void) | undefined;
  app.addHook('preClose', (done) => {
    const cut = setTimeout(() => app.server.closeAllConnections(), limits.closeTimeoutMs);
    // A server that never listened does not say that it is closed.
    cut.unref();
    app.server.once('close', () => clearTimeout(cut));
    // The server stops listening only after this: until every request in flight is answered, new work gets a 503 instead
    // of a refused connection.
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
    // A response is closed once, whether it was sent whole or its connection broke.
    reply.raw.once('close', () => {
      inFlight -= 1;
      if (inFlight === 0) onIdle?.();
    });
    done();
  });
  // Otherwise a client keeps its connection, and the server waits for it, after the last answer.
  app.addHook('onSend', (_request, reply, _payload, done) => {
    if (closing.signal.aborted) reply.header('connection', 'close');
    done();
  });
  return closing.signal;
}

/**
 * Connections on which no request has come yet: browsers open them beforehand. Node closes idle connections when a server
 * closes, but counts these among those that are sending a request.
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
