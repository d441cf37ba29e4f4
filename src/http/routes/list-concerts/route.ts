import type { Static } from 'typebox';
import type { Concert as CatalogueConcert } from '../../../catalogue/concerts.ts';
import { isRefusal } from '../../../domain/outcomes.ts';
import type { App, HttpContext } from '../../app.ts';
import { sendRefusal } from '../../answers/problem.ts';
import { createSharedBodies } from '../../answers/shared-body.ts';
import type { Concert } from './schema.ts';
import { listConcertsSchema } from './schema.ts';

/** `GET /v1/concerts` */
export function listConcertsRoute(app: App, { boxOffice }: HttpContext): void {
  const sendConcerts = createSharedBodies((concerts: readonly CatalogueConcert[]) =>
    JSON.stringify({ concerts: concerts.map(concertAnswer) }),
  );
  app.route({
    method: 'GET',
    url: '/v1/concerts',
    schema: listConcertsSchema,
    config: { access: 'public' },
    handler: async (request, reply) => {
      const concerts = await boxOffice.listConcerts();
      if (isRefusal(concerts)) return sendRefusal(reply, concerts);
      reply.header('cache-control', 'no-cache');
      return sendConcerts(request, reply, concerts);
    },
  });
}

/** A concert as the API answers it. */
export function concertAnswer({
  concertId,
  title,
  description,
  performances,
}: CatalogueConcert): Static<typeof Concert> {
  return {
    id: concertId,
    title,
    description,
    performances: performances.map(({ performanceId, ...performance }) => ({
      id: performanceId,
      ...performance,
      grades: [...performance.grades],
    })),
  };
}
