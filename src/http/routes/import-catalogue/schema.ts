import Type from 'typebox';
import { SERVER_NAME_PATTERN } from '../../../domain/ids.ts';
import { CLOSED } from '../../answers/schemas.ts';

const Count = Type.Integer({ minimum: 0 });
const Changes = { created: Count, changed: Count, unchanged: Count };

export const importCatalogueSchema = {
  tags: ['admin'],
  operationId: 'importCatalogue',
  summary: 'Import concerts, venues and performances',
  description:
    'All or nothing; importing the same document again changes nothing. The form is that of the file which ' +
    '`rowlock import` reads.',
  querystring: Type.Object(
    {
      server: Type.Optional(
        Type.String({
          pattern: SERVER_NAME_PATTERN,
          description:
            'Where performances go that are on no server yet; by default the one with the fewest seats on sale.',
          examples: ['seoul-1'],
        }),
      ),
    },
    CLOSED,
  ),
  // A catalogue's text. The importer checks it and names every broken rule in the catalogue's terms.
  body: Type.Unsafe<string | undefined>({}),
  response: {
    200: Type.Object(
      {
        currency: Type.Object(
          {
            code: Type.String({ description: 'The ISO 4217 code after the import.' }),
            changed: Type.Boolean(),
          },
          CLOSED,
        ),
        venues: Type.Object(Changes, CLOSED),
        seats: Type.Object({ ...Changes, removed: Count }, CLOSED),
        concerts: Type.Object(Changes, CLOSED),
        performances: Type.Object(Changes, CLOSED),
        seatsOnSale: Type.Object({ added: Count, removed: Count, repriced: Count }, CLOSED),
      },
      { ...CLOSED, description: 'What the import did.' },
    ),
  },
};
