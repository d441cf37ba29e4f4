import Type from 'typebox';
import { OutlineShape } from '../../../catalogue/import/document/document.ts';
import { CLOSED, LocalText, NotModified, PerformanceId, performanceParams } from '../../answers/schemas.ts';

export const readSeatMapSchema = {
  tags: ['catalogue'],
  operationId: 'readSeatMap',
  summary: 'Read the seat map',
  description: 'Names and places of all seats. It changes only by an import; the performance has the prices.',
  params: performanceParams,
  response: {
    200: Type.Object(
      {
        performanceId: PerformanceId,
        venueId: Type.String(),
        venueName: LocalText,
        outline: Type.Array(OutlineShape, {
          description: 'Shapes to draw beside the seats (stage, pitch), from the catalogue.',
        }),
        focus: Type.Tuple([Type.Number(), Type.Number()], {
          description: 'The point `[x, y]` that the best seats are near: of the catalogue, or the stage.',
          examples: [[0, -3]],
        }),
        sections: Type.Array(Type.Object({ id: Type.String(), name: Type.Optional(LocalText) }, CLOSED)),
        seats: Type.Array(
          Type.Object(
            {
              number: Type.Integer({
                description: "Position of the seat's character in the states, from 1.",
              }),
              label: Type.String({ description: '`<section>-<row>-<seat>`', examples: ['A-1-1'] }),
              section: Type.String(),
              row: Type.String(),
              seat: Type.String(),
              grade: Type.String(),
              x: Type.Number(),
              y: Type.Number({ description: 'Grows downwards.' }),
            },
            CLOSED,
          ),
          { description: 'By number.' },
        ),
      },
      {
        ...CLOSED,
        description: 'The map.',
      },
    ),
    304: NotModified,
  },
};
