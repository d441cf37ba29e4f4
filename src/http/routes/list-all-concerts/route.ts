import type { Static } from 'typebox';
import type { Concert } from '../../../catalogue/concerts.ts';
import { isRefusal } from '../../../domain/outcomes.ts';
import { JOB_SCOPES } from '../../../domain/scopes.ts';
import type { App, HttpContext } from '../../app.ts';
import { awayAnswer } from '../../answers/away.ts';
import { sendRefusal } from '../../answers/problem.ts';
import { concertAnswer } from '../list-concerts/route.ts';
import type { ConcertOfOperator } from './schema.ts';
import { listAllConcertsSchema } from './schema.ts';

export function listAllConcertsRoute(app: App, { boxOffice }: HttpContext): void {
  app.route({
    method: 'GET',
    url: '/v1/admin/concerts',
    schema: listAllConcertsSchema,
    config: { access: JOB_SCOPES },
    handler: async (_, reply) => {
      const list = await boxOffice.operator.listConcerts();
      if (isRefusal(list)) return sendRefusal(reply, list);
      return { ...awayAnswer(list), concerts: list.concerts.map(operatorConcertAnswer) };
    },
  });
}

export function operatorConcertAnswer(concert: Concert): Static<typeof ConcertOfOperator> {
  return { ...concertAnswer(concert), hidden: concert.hidden };
}
