/**
 * Ends the server: refuses new work, finishes requests in flight, and does not wait for silent connections.
 */
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { App } from '../app.ts';
import type { Connections } from './connections.ts';
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
export function closeGracefully(app: App, connections: Connections, limits: HttpLimits): AbortSignal {
  const ending = new AbortController();
  let refusesWork = false;
  // Without the header a client keeps its connection after the last answer, and the server waits for it.
  const beginEnd = (): void => {
    ending.abort();
    for (const answer of connections.answersUnderWay()) {
      if (!answer.headersSent) answer.setHeader('connection', 'close');
    }
  };
  app.decorate('handOver', async () => {
    beginEnd();
    await connections.ended(limits.closeTimeoutMs);
  });
  app.addHook('preClose', async () => {
    const cut = setTimeout(() => app.server.closeAllConnections(), limits.closeTimeoutMs);
    // A server that never listened does not report that it is closed.
    cut.unref();
    app.server.once('close', () => clearTimeout(cut));
    const inFlight = connections.answersUnderWay();
    refusesWork = true;
    beginEnd();
    // Listens until no request is in flight: new work gets a 503 instead of a refused connection.
    await allEnded(inFlight, limits.closeTimeoutMs);
    for (const socket of connections.silent()) if (socket.bytesRead === 0) socket.destroy();
  });
  app.addHook('onRequest', (_request, reply, done) => {
    if (ending.signal.aborted) reply.header('connection', 'close');
    if (refusesWork) sendRefusal(reply, { outcome: 'overloaded', cause: 'closing' });
    else done();
  });
  return ending.signal;
}

/** Resolves when each answer is complete or its connection is broken, or after this time. */
async function allEnded(answers: readonly ServerResponse[], timeoutMs: number): Promise<void> {
  const ended = answers.map((answer) => new Promise((resolve) => answer.once('close', resolve)));
  await Promise.race([Promise.all(ended), sleep(timeoutMs, undefined, { ref: false })]);
}
