import Type from 'typebox';
import { AccountId, CLOSED, currencyProperties, Money } from '../../answers/schemas.ts';

export const readWalletSchema = {
  tags: ['wallet'],
  operationId: 'readWallet',
  summary: 'Read your balance',
  description: 'The balance after the last entry of your ledger.',
  response: {
    200: Type.Object(
      {
        accountId: AccountId,
        balance: Money,
        ...currencyProperties,
        version: Type.Integer({
          description: 'The `seq` of the last entry in the ledger; 0 before the first.',
        }),
      },
      { ...CLOSED, description: 'Your wallet; the balance is 0 before the first top-up.' },
    ),
  },
};
