/**
 * Settled payment: for performances and accounts on different servers, which no transaction spans. The reservation is `paying`
 * while its money is on the way: begin, settle and finish are a transaction each, all of them grouped
 * (`settlement/settlement.ts`).
 *
 * Promise: of several payments of one reservation the first to arrive succeeds; another that comes meanwhile must try again,
 * and learns then that it is paid, or pays. A process that dies on the way leaves an attempt that the settler drives on.
 * Statements of a group: three times begin, read or lock, write, commit, in nine round trips.
 * A loser costs: a read of its key in the account's ledger.
 * Not for: a service whose performances and accounts are on one server; `grouped` pays there in one transaction.
 */
import { refusalOf } from '../../db/refusal.ts';
import type { Refusal } from '../../domain/outcomes.ts';
import { asReplay, isRefusal, refuse } from '../../domain/outcomes.ts';
import type { Deadline } from '../../lib/deadline.ts';
import { behind } from '../durability.ts';
import { findEntryOf, readWallet } from '../ledger.ts';
import { accountsOf } from '../strategy.ts';
import type { OperationContext } from '../strategy.ts';
import { paidOf, paymentOfEntry } from './pay.ts';
import type { PayCommand, PayOutcome, PayRefusal, PayStrategy } from './pay.ts';
import { beginPayment } from './settlement/begin.ts';
import type { BeginRefusal, Begun } from './settlement/begin.ts';
import type { RefusalReason } from './settlement/attempt.ts';
import { openSettlement } from './settlement/settlement.ts';

export const settledPay: PayStrategy = {
  name: 'settled',
  contention: 'one-wins-rest-retry',
  meanwhile: 'works-too',
  detects: 'version',
  use: 'service',
  groups: true,
  apart: true,
  open: (context) => {
    const begin = beginPayment.open(context);
    const settlement = openSettlement({ ...context, groupDecided: undefined, waitedForGroup: undefined });
    return {
      name: 'settled',
      execute: async (command, hooks) => {
        const deadline = hooks?.deadline;
        const begun = await begin.execute(command, hooks);
        if (begun.outcome !== 'begun') return answerOfKey(context, command, begun, deadline);
        const settled = await settlement.drive(begun.attempt, hooks);
        if (settled.outcome === 'outcome_unknown') return settled;
        if (settled.outcome === 'refused') return refused(context, begun, settled.reason, deadline);
        const paid = paidOf(command, begun.seats, begun.attempt.amount, settled.entry);
        return begun.replayed === true ? asReplay(paid) : paid;
      },
      get waiting() {
        return begin.waiting + settlement.waiting;
      },
      close: async () => {
        await begin.close();
        await settlement.close();
      },
    };
  },
};

/** The answer of a payment that did not begin: what its key has made before, else the refusal. */
async function answerOfKey(
  context: OperationContext,
  command: PayCommand,
  begun: Refusal<BeginRefusal['outcome']>,
  deadline: Deadline | undefined,
): Promise<PayOutcome> {
  // Only a reason that was read says something of the reservation.
  const isRead = begun.outcome !== 'contended' || begun.cause === 'paying';
  if (!isRead || begun.outcome === 'overloaded' || begun.outcome === 'outcome_unknown') return begun;
  try {
    const entry = await accountsOf(context).connect(
      (connection) => findEntryOf(connection, command),
      deadline,
    );
    if (entry === undefined) return begun;
    if (isRefusal(entry)) return entry;
    const paid = await context.database.connect(
      async (connection) => ({
        answer: await paymentOfEntry(connection, command, entry),
        server: connection.server,
      }),
      deadline,
    );
    return asReplay(await behind(context.barrier, paid, deadline));
  } catch (error) {
    return refusalOf(error);
  }
}

/** The answer of a payment that its account's side refused. */
async function refused(
  context: OperationContext,
  { attempt }: Begun,
  reason: RefusalReason,
  deadline: Deadline | undefined,
): Promise<PayRefusal> {
  if (reason === 'idempotency_key_reused') return refuse('idempotency_key_reused');
  const { accountId, amount: required } = attempt;
  try {
    return await accountsOf(context).connect(async (connection) => {
      // The key of an entry is another request's: this one has none.
      const entry = await findEntryOf(connection, attempt);
      if (entry !== undefined) return refuse('idempotency_key_reused');
      const { balance: available } = await readWallet(connection, accountId);
      return available < required
        ? refuse('insufficient_balance', { required, available })
        : refuse('contended', { cause: 'version' });
    }, deadline);
  } catch (error) {
    return refusalOf(error);
  }
}
