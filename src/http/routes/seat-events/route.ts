import { isRefusal } from '../../../domain/outcomes.ts';
import type { App, HttpContext } from '../../app.ts';
import { sendRefusal } from '../../answers/problem.ts';
import { sendNoStream } from '../../edge/rates/guard.ts';
import { createEventStreams } from './event-streams.ts';
import { seatEventsSchema } from './schema.ts';

export function seatEventsRoute(app: App, context: HttpContext): void {
  const streams = createEventStreams(context);
  app.addHook('onClose', (_app, done) => {
    streams.close();
    done();
  });
  app.route({
    method: 'GET',
    url: '/v1/performances/:performanceId/seats/events',
    schema: seatEventsSchema,
    config: { access: 'public' },
    // A HEAD request would wait for an end that does not come.
    exposeHeadRoute: false,
    handler: async (request, reply) => {
      const stream = await streams.open(reply);
      if ('outcome' in stream) {
        if (stream.outcome === 'rate_limited')
          return sendNoStream(reply, context.limits.watchersPerClientMax);
        return sendRefusal(reply, stream);
      }
      const { 'last-event-id': lastEventId = '' } = request.headers;
      const watch = await context.boxOffice.watchSeats({
        performanceId: request.params.performanceId,
        cursor: lastEventId === '' ? request.query.cursor : lastEventId,
        onEvents: stream.send,
        onEnd: stream.end,
      });
      if (isRefusal(watch)) return sendRefusal(reply, watch);
      stream.begin(watch);
      return reply;
    },
  });
}
