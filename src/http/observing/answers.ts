/** What the HTTP server tells of its answers, for metrics. */
import type { FastifyInstance } from 'fastify';
import type { Connections } from '../edge/connections.ts';

/** Called for each answer: `answered` must be cheap, and must not throw. */
export interface HttpObserver {
  /** An answer; `route` is undefined where no route matches, and `outcome` a refusal's code or `ok`. */
  answered(method: string, route: string | undefined, status: number, outcome: string): void;
  /** Called once, with what counts the open connections. */
  opened(connections: () => number): void;
}

/** Tells the observer of every answer from now on. */
export function observeAnswers(
  app: FastifyInstance,
  connections: Connections,
  observer: HttpObserver | undefined,
): void {
  if (observer === undefined) return;
  observer.opened(connections.count);
  app.addHook('onResponse', (request, reply, done) => {
    observer.answered(request.method, request.routeOptions.url, reply.statusCode, reply.outcome);
    done();
  });
}
