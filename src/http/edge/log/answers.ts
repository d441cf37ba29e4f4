/** What the log says of each answer. */
import type { FastifyInstance } from 'fastify';
import { createRefusalWarnings } from './refusals.ts';
import { idsOf } from './request-ids.ts';

/**
 * Logs a line per answer, if that is wanted, whatever the log's level is: route, status, the client's address, milliseconds,
 * outcome. It omits the path, which may contain ids. A refusal's cause, which the answer omits, is also a warning, for logs
 * without these lines.
 */
export function logAnswers(app: FastifyInstance, accessLog: boolean): void {
  const warnOfRefusal = createRefusalWarnings(app);
  const isSilent = app.log.level === 'silent';
  const lines = accessLog && !isSilent ? app.log.child({}, { level: 'info' }) : undefined;
  app.decorateReply('outcome', 'ok');
  app.decorateReply('refusalCause', undefined);
  app.addHook('onResponse', (request, reply, done) => {
    lines?.info({
      ...idsOf(request),
      method: request.method,
      route: request.routeOptions.url,
      status: reply.statusCode,
      address: request.ip,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      outcome: reply.outcome,
      cause: reply.refusalCause,
    });
    if (reply.refusalCause !== undefined) warnOfRefusal(request, reply.outcome, reply.refusalCause);
    done();
  });
}
