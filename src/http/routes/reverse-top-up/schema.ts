import Type from 'typebox';
import { AccountId, CLOSED, Money, Time } from '../../answers/schemas.ts';

const Seq = Type.Integer({ minimum: 1, description: "A number in the account's ledger." });

export const reverseTopUpSchema = {
  tags: ['wallet'],
  operationId: 'reverseTopUp',
  summary: 'Take a top-up back',
  description:
    'For money that was credited by mistake, or whose payment was reversed. It needs the scope `rowlock:reverse`. Money ' +
    'that is spent already cannot be taken back. A top-up is reversed once; reversing it again is answered the same. ' +
    "Keys are the account's.",
  body: Type.Object(
    { accountId: AccountId, topUp: Seq },
    { ...CLOSED, examples: [{ accountId: 'alice', topUp: 1 }] },
  ),
  response: {
    201: Type.Object(
      { accountId: AccountId, seq: Seq, topUp: Seq, amount: Money, balanceAfter: Money, createdAt: Time },
      { ...CLOSED, description: 'The reversal as it was made; `amount` is what was taken back.' },
    ),
  },
};
