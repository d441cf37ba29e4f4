import Type from 'typebox';
import { REFUSALS } from '../../../domain/outcomes.ts';

const text = Type.String();

export const errorPageSchema = {
  tags: ['service'],
  operationId: 'readErrorPage',
  summary: 'Read what an outcome means',
  description: "The page that a problem's `type` leads to.",
  params: Type.Object({ outcome: Type.Enum(REFUSALS.map((refusal) => refusal.code)) }),
  response: {
    200: {
      description: 'The page: HTML for browsers, Markdown for everyone else.',
      content: { 'text/markdown': { schema: text }, 'text/html': { schema: text } },
    },
  },
};
