import type { BoxOffice } from '../../../box-office/box-office.ts';
import { isRefusal } from '../../../domain/outcomes.ts';
import type { App, HttpContext } from '../../app.ts';
import { byOf, refusalsOf } from '../../edge/guard.ts';
import { sendRefusal } from '../../answers/problem.ts';
import { operatorConcertAnswer } from '../list-all-concerts/route.ts';
import { setVisibilitySchema } from './schema.ts';

export function setVisibilityRoute(app: App, { boxOffice }: HttpContext): void {
  app.route({
    method: 'POST',
    url: '/v1/admin/concerts/:concertId/visibility',
    schema: setVisibilitySchema,
    config: {
      access: 'rowlock:catalogue',
      refusals: refusalsOf<BoxOffice['operator']['setVisibility']>({ outcome_unknown: true }),
    },
    handler: async (request, reply) => {
      const concert = await boxOffice.operator.setVisibility(
        request.params.concertId,
        request.body,
        byOf(request),
      );
      if (isRefusal(concert)) return sendRefusal(reply, concert);
      return operatorConcertAnswer(concert);
    },
  });
}
