import Type from 'typebox';
import { AccountId, CLOSED, Money } from '../../schemas.ts';

export const readWalletSchema = {
  tags: ['wallet'],
  operationId: 'readWallet',
  summary: 'Read your balance',
  response: {
    200: Type.Object(
      { accountId: AccountId, balance: Money },
      { ...CLOSED, description: 'Your wallet; the balance is 0 before the first charge.' },
    ),
  },
};
