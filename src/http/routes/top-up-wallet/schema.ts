import Type from 'typebox';
import { TOP_UP_AMOUNT_MAX } from '../../../domain/money.ts';
import { AccountId, CLOSED, Money, Time } from '../../answers/schemas.ts';

export const topUpWalletSchema = {
  tags: ['wallet'],
  operationId: 'topUp',
  summary: 'Top up a wallet',
  description:
    "Adds money that was received to a wallet: the token's own, or the one that is named. It needs the scope " +
    '`rowlock:top-up`, which an operator gives to its payment backend, never to buyers: it credits any account. The ' +
    "ledger records the account of the token. Keys are the topped-up account's. On a development service a buyer's " +
    'token tops up its own wallet.',
  body: Type.Object(
    {
      amount: Type.Integer({
        minimum: 1,
        maximum: TOP_UP_AMOUNT_MAX,
        description: 'Minor units.',
        examples: [150_000],
      }),
      accountId: Type.Optional(AccountId),
      createAccount: Type.Optional(
        Type.Boolean({
          description:
            'Whether to make a wallet for a new account. Without it, an unknown account is `not_found`, so that no money goes to a mistyped name.',
        }),
      ),
    },
    { ...CLOSED, examples: [{ amount: 150_000 }] },
  ),
  response: {
    201: Type.Object(
      {
        accountId: AccountId,
        seq: Type.Integer({ description: "The top-up's number in the account's ledger." }),
        amount: Money,
        balanceAfter: Money,
        createdAt: Time,
      },
      {
        ...CLOSED,
        description: 'The top-up as it was made; the same request with the same key gets the same answer.',
        headers: {
          Location: {
            type: 'string',
            description: "The ledger's page that begins with it, for its own account.",
          },
        },
      },
    ),
  },
};
