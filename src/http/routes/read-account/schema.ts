import Type from 'typebox';
import { AccountId, CLOSED, TimeOrNull } from '../../answers/schemas.ts';
import { EmailOrNull, NameOrNull } from '../read-session/schema.ts';

/** What is kept of an account beside its money. */
export const Profile = Type.Object(
  { accountId: AccountId, name: NameOrNull, email: EmailOrNull, updatedAt: TimeOrNull },
  {
    ...CLOSED,
    $id: 'Profile',
    description:
      'What is kept of an account beside its ledger and reservations; `updatedAt` is its last sign-in.',
  },
);
