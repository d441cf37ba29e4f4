/** An account's name; for those who may look up accounts, the way to all that it has. */
import type { JSX } from 'preact';
import { may } from '../permissions.ts';

export function AccountLink({ accountId }: { readonly accountId: string }): JSX.Element {
  if (!may('rowlock:box-office')) return <>{accountId}</>;
  return <a href={`/operator/accounts/${encodeURIComponent(accountId)}`}>{accountId}</a>;
}
