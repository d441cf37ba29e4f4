/** The account's side: invariants 3 and 5, and the parts of 2 and 6 that concern money. */
import { DATABASE_DEFAULTS } from '../../db/database.ts';
import type { AcrossCheck, TimelessCheck } from './checks.ts';
import { acrossCheck, timelessCheck } from './checks.ts';

// Compares amounts with the reservation's own, fixed at the hold; the catalogue's price may have changed. The
// refunds of a reservation begin with its first seat that was given back; each later one begins where others
// end. While a payment or a refund is in flight, its entry may be there already: see settlement.ts.
const reservationsAgainstLedger = acrossCheck(
  2,
  'audit_reservations_against_ledger',
  `
    with money as (
      select
        e.performance_id,
        e.reservation_id,
        min(e.account_id) as first_account,
        max(e.account_id) as last_account,
        count(*) filter (where e.kind = 'payment') as payments,
        count(*) filter (where e.kind = 'refund') as refunds,
        min(e.part) filter (where e.kind = 'refund') as first_part,
        max(e.part) filter (where e.kind = 'refund') as last_part,
        count(distinct e.part) filter (where e.kind = 'refund') as parts,
        -coalesce(sum(e.amount) filter (where e.kind = 'payment'), 0) as paid,
        coalesce(sum(e.amount) filter (where e.kind = 'refund'), 0) as repaid
      from ledger_entry as e
      where e.reservation_id is not null
      group by e.performance_id, e.reservation_id
    )
    select
      count(*) over () as violations,
      format(
        'reservation %s of %s, %s, of %s for %s, has %s payments of %s and %s refunds of %s in the ledger of %s%s',
        reservation_id, performance_id, coalesce(r.state::text, 'which does not exist'), coalesce(r.account_id, 'nobody'),
        coalesce(r.amount, 0), coalesce(m.payments, 0), coalesce(m.paid, 0), coalesce(m.refunds, 0),
        coalesce(m.repaid, 0), coalesce(m.first_account, 'nobody'),
        case when cardinality(r.refunded_seats) > 0 then format(
          ', for %s seats given back', cardinality(r.refunded_seats)
        ) end
      ) as example,
      reservation_id
    from reservation as r
    full join money as m using (performance_id, reservation_id)
    where r.account_id is null
      or m.first_account <> r.account_id
      or m.last_account <> r.account_id
      or m.payments > 1
      or r.state <> 'paying'
        and coalesce(m.payments, 0) <> case when r.state in ('confirmed', 'refunding', 'refunded') then 1 else 0 end
      or r.state <> 'refunding' and (coalesce(m.refunds, 0) > 0) <> (cardinality(r.refunded_seats) > 0)
      or m.parts <> m.refunds
      or m.first_part <> 0
      or m.last_part >= cardinality(r.refunded_seats) + case r.state when 'refunding' then 1 else 0 end
      or m.payments = 1 and m.paid <> r.amount
      or r.state = 'refunded' and m.repaid <> r.amount
    order by performance_id, reservation_id`,
);

// Compares each entry with the one before; the first follows an empty wallet.
const brokenChains = timelessCheck(
  3,
  'account',
  'audit_broken_chains',
  `
    with link as (
      select
        e.account_id, e.seq, e.amount, e.balance_after,
        coalesce(lag(e.seq) over chain, 0) as seq_before,
        coalesce(lag(e.balance_after) over chain, 0) as balance_before
      from ledger_entry as e
      window chain as (partition by e.account_id order by e.seq)
    )
    select
      count(*) over () as violations,
      format(
        'entry %s of %s follows entry %s with balance %s: its amount is %s and its balance %s',
        l.seq, l.account_id, l.seq_before, l.balance_before, l.amount, l.balance_after
      ) as example
    from link as l
    where l.seq <> l.seq_before + 1 or l.balance_after <> l.balance_before + l.amount or l.balance_after < 0
    order by l.account_id, l.seq`,
);

const walletsAgainstLedger = timelessCheck(
  3,
  'account',
  'audit_wallets_against_ledger',
  `
    with ledger as (
      select e.account_id, sum(e.amount) as total, max(e.seq) as last_seq
      from ledger_entry as e
      group by e.account_id
    )
    select
      count(*) over () as violations,
      format(
        'wallet of %s has balance %s at version %s; its ledger adds up to %s at entry %s',
        account_id, coalesce(w.balance::text, '(no wallet)'), coalesce(w.version, 0),
        coalesce(l.total, 0), coalesce(l.last_seq, 0)
      ) as example
    from wallet as w
    full join ledger as l using (account_id)
    where w.balance is null
      or w.balance < 0
      or w.balance <> coalesce(l.total, 0)
      or w.version <> coalesce(l.last_seq, 0)
    order by account_id`,
);

// The request's hash distinguishes a repeated request from a different one with the same key.
const repeatedKeys = timelessCheck(
  5,
  'account',
  'audit_repeated_keys',
  `
    with fault as (
      select format('key %s of %s has %s ledger entries', e.key, e.account_id, count(*)) as example
      from ledger_entry as e
      group by e.account_id, e.key
      having count(*) > 1
      union all
      select format('entry %s of %s has no request hash', e.seq, e.account_id)
      from ledger_entry as e
      where e.request_hash is null or length(e.request_hash) = 0
    )
    select count(*) over () as violations, f.example
    from fault as f
    order by f.example`,
);

/**
 * How much later than the confirmation a payment's entry may be written. The first of the payment's three
 * writing statements reads the clock for the confirmation, the third for the entry. By default each statement
 * ends within the statement timeout, and each of the two pauses between them within the session's idle
 * timeout. A shorter bound could report a correct payment; a journal finds late payments below it.
 */
const PAYMENT_MS_MAX =
  3 * DATABASE_DEFAULTS.statementTimeoutMs + 2 * DATABASE_DEFAULTS.idleInTransactionTimeoutMs;

const expiredAndPaid = acrossCheck(
  6,
  'audit_expired_and_paid',
  `
    select
      count(*) over () as violations,
      format(
        'reservation %s of %s expired at %s and was paid at %s',
        r.reservation_id, r.performance_id, r.expires_at, e.created_at
      ) as example,
      r.reservation_id
    from ledger_entry as e
    join reservation as r on r.performance_id = e.performance_id and r.reservation_id = e.reservation_id
    where e.kind = 'payment' and e.created_at > r.expires_at + interval '${PAYMENT_MS_MAX} milliseconds'
    order by r.performance_id, r.reservation_id`,
);

// Exact in both directions: an operator's refund keeps its actor in the entry, and no refund did before there was a log. A
// reversal kept its actor before that, so of those only the log's rows are looked for.
const ledgerAgainstOperatorLog = timelessCheck(
  2,
  'account',
  'audit_ledger_against_operator_log',
  `
    with entry as (
      select e.account_id, e.seq, e.kind, e.actor, abs(e.amount) as amount
      from ledger_entry as e
      where e.kind in ('refund', 'reversal')
    ), noted as (
      select
        a.account_id,
        (a.details ->> 'entry')::bigint as seq,
        a.actor,
        (a.details ->> 'amount')::bigint as amount,
        a.action_id
      from operator_action as a
      where a.action in ('reservation_refunded', 'top_up_reversed')
    )
    select
      count(*) over () as violations,
      format(
        '%s of %s by %s at entry %s of %s does not match action %s of the operator log, %s by %s',
        coalesce(e.kind::text, 'no money'), coalesce(e.amount, 0), coalesce(e.actor, 'nobody'), seq, account_id,
        coalesce(n.action_id::text, '(none)'), coalesce(n.amount, 0), coalesce(n.actor, 'nobody')
      ) as example
    from entry as e
    full join noted as n using (account_id, seq)
    where e.kind is null
      or n.action_id is null and e.kind = 'refund' and e.actor is not null
      or n.action_id is not null and (n.amount is distinct from e.amount or n.actor is distinct from e.actor)
    order by account_id, seq`,
);

/** Accounts by themselves. */
export const MONEY_CHECKS: readonly TimelessCheck[] = [
  brokenChains,
  walletsAgainstLedger,
  repeatedKeys,
  ledgerAgainstOperatorLog,
];

/** Accounts against performances. */
export const MONEY_ACROSS_CHECKS: readonly AcrossCheck[] = [reservationsAgainstLedger, expiredAndPaid];
