import Type from 'typebox';
import { CLOSED, Money, Next, pageQuery, Time } from '../../answers/schemas.ts';
import { ENTRY_KINDS } from '../../../domain/states.ts';

const Entry = Type.Object(
  {
    seq: Type.Integer({ minimum: 1, description: "The entry's number, from 1 without gaps." }),
    kind: Type.Enum([...ENTRY_KINDS]),
    amount: Type.Integer({
      description: 'Minor units; negative for a payment and a reversal.',
      examples: [-150_000],
    }),
    balanceAfter: Money,
    performanceId: Type.Unsafe<string | null>({ type: ['string', 'null'] }),
    reservationId: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      description: 'What was paid or refunded.',
    }),
    createdAt: Time,
  },
  CLOSED,
);

export const listEntriesSchema = {
  tags: ['wallet'],
  operationId: 'listEntries',
  summary: 'List your ledger',
  description: 'Newest first.',
  querystring: pageQuery,
  response: {
    200: Type.Object({ entries: Type.Array(Entry), next: Next }, { ...CLOSED, description: 'A page.' }),
  },
};
