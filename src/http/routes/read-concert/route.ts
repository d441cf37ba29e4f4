import { isRefusal } from '../../../domain/outcomes.ts';
import type { App, HttpContext } from '../../app.ts';
import { awayAnswer } from '../../answers/away.ts';
import { sendRefusal } from '../../answers/problem.ts';
import { concertAnswer } from '../list-concerts/route.ts';
import { readConcertSchema } from './schema.ts';

export function readConcertRoute(app: App, { boxOffice }: HttpContext): void {
  app.route({
    method: 'GET',
    url: '/v1/concerts/:concertId',
    schema: readConcertSchema,
    config: { access: 'public' },
    handler: async (request, reply) => {
      const concert = await boxOffice.readConcert(request.params.concertId);
      if (isRefusal(concert)) return sendRefusal(reply, concert);
      reply.header('cache-control', 'no-cache');
      return { ...awayAnswer(concert), ...concertAnswer(concert) };
    },
  });
}
