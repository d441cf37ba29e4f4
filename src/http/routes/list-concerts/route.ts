import type { Static } from 'typebox';
import type { ConcertList } from '../../../box-office/box-office.ts';
import type { Concert as CatalogueConcert } from '../../../catalogue/concerts.ts';
import { isRefusal } from '../../../domain/outcomes.ts';
import type { PreparedBody } from '../../answers/prepared.ts';
import { JSON_TYPE, prepareBytes, sendPrepared } from '../../answers/prepared.ts';
import { awayAnswer } from '../../answers/away.ts';
import { sendRefusal } from '../../answers/problem.ts';
import type { App, HttpContext } from '../../app.ts';
import type { Concert } from './schema.ts';
import { listConcertsSchema } from './schema.ts';

export function listConcertsRoute(app: App, { boxOffice }: HttpContext): void {
  // Simultaneous requests share one reading (`sharedNextRun`), and so one body.
  const bodies = new WeakMap<ConcertList, PreparedBody>();
  app.route({
    method: 'GET',
    url: '/v1/concerts',
    schema: listConcertsSchema,
    config: { access: 'public' },
    handler: async (request, reply) => {
      const list = await boxOffice.listConcerts();
      if (isRefusal(list)) return sendRefusal(reply, list);
      reply.header('cache-control', 'no-cache');
      const body = bodies.get(list) ?? bodyOf(list);
      bodies.set(list, body);
      return sendPrepared(request, reply, body);
    },
  });
}

function bodyOf(list: ConcertList): PreparedBody {
  const bytes = Buffer.from(
    JSON.stringify({ ...awayAnswer(list), concerts: list.concerts.map(concertAnswer) }),
  );
  return prepareBytes(bytes, { type: JSON_TYPE, codings: ['br', 'gzip'] });
}

export function concertAnswer({
  concertId,
  title,
  description,
  currency,
  minorUnit,
  performances,
}: CatalogueConcert): Static<typeof Concert> {
  return {
    id: concertId,
    title,
    description,
    currency,
    minorUnit,
    performances: performances.map(({ performanceId, ...performance }) => ({
      id: performanceId,
      ...performance,
      grades: [...performance.grades],
    })),
  };
}
