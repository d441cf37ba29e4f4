/** Payments and refunds in several transactions: the part of invariant 2 that concerns their attempts. */
import type { AcrossCheck, TimedCheck, TimelessCheck } from './checks.ts';
import { acrossCheck, timedCheck, timelessCheck } from './checks.ts';

/** An attempt that is older than this needs a human. */
const ATTEMPT_MINUTES_MAX = 15;

// A reservation on its way has one attempt in flight, of its kind, for what it costs, and no other has one.
const attemptsInFlight = timelessCheck(
  2,
  'performance',
  'audit_attempts_in_flight',
  `
    with live as (
      select
        a.performance_id,
        a.reservation_id,
        count(*) as attempts,
        min(a.kind::text) as kind,
        min(a.account_id) as account_id,
        min(a.amount) as amount,
        max(a.attempt) as attempt
      from payment_attempt as a
      where a.outcome is null
      group by a.performance_id, a.reservation_id
    )
    select
      count(*) over () as violations,
      format(
        'reservation %s of %s, %s, has %s attempts in flight%s',
        reservation_id, performance_id, coalesce(r.state::text, 'which does not exist'), coalesce(l.attempts, 0),
        case when l.attempts > 0 then format(': %s %s of %s for %s', l.kind, l.attempt, l.account_id, l.amount) end
      ) as example
    from (select * from reservation as r where r.state in ('paying', 'refunding')) as r
    full join live as l using (performance_id, reservation_id)
    where r.state is null
      or l.attempts is distinct from 1
      or l.kind is distinct from case r.state when 'paying' then 'payment' else 'refund' end
      or l.account_id is distinct from r.account_id
      or r.state = 'paying' and l.amount is distinct from r.amount
    order by performance_id, reservation_id`,
);

const oldAttempts = timedCheck(
  2,
  'performance',
  'audit_old_attempts',
  `
    select
      count(*) over () as violations,
      format(
        '%s %s of reservation %s of %s is in flight since %s, longer than ${ATTEMPT_MINUTES_MAX} minutes',
        a.kind, a.attempt, a.reservation_id, a.performance_id, a.started_at
      ) as example
    from payment_attempt as a
    where a.outcome is null and a.started_at < $2::timestamptz - interval '${ATTEMPT_MINUTES_MAX} minutes'
    order by a.started_at`,
);

// What was settled with an entry has that entry: a payment or a refund of the reservation, and no other attempt has it.
const settlementsAgainstLedger = timelessCheck(
  2,
  'account',
  'audit_settlements_against_ledger',
  `
    select
      count(*) over () as violations,
      format(
        'attempt %s of reservation %s is %s for %s by entry %s, which is %s',
        s.attempt, s.reservation_id, s.outcome, s.account_id, s.seq,
        case
          when e.seq is null then 'not there'
          else format('a %s of %s', e.kind, coalesce(e.reservation_id::text, 'no reservation'))
        end
      ) as example
    from settlement as s
    left join ledger_entry as e on e.account_id = s.account_id and e.seq = s.seq
    where s.outcome <> 'refused'
      and (
        e.seq is null
        or e.reservation_id is distinct from s.reservation_id
        or e.kind::text <> case s.outcome when 'debited' then 'payment' else 'refund' end
        or exists (
          select
          from settlement as other
          where other.account_id = s.account_id
            and other.reservation_id = s.reservation_id
            and other.attempt <> s.attempt
            and other.seq = s.seq
        )
      )
    order by s.account_id, s.reservation_id, s.attempt`,
);

// An attempt that is over says what its settlement says; one in flight may have none yet. No settlement is without its attempt.
const attemptsAgainstSettlements = acrossCheck(
  2,
  'audit_attempts_against_settlements',
  `
    select
      count(*) over () as violations,
      format(
        'attempt %s of reservation %s for %s is %s, and its settlement is %s',
        attempt, reservation_id, account_id,
        case when a.started_at is null then 'not there' else coalesce(a.outcome::text, 'in flight') end,
        coalesce(s.outcome::text, 'not there')
      ) as example,
      reservation_id
    from payment_attempt as a
    full join settlement as s using (account_id, reservation_id, attempt)
    where a.started_at is null or a.outcome is not null and a.outcome is distinct from s.outcome
    order by account_id, reservation_id, attempt`,
);

export const TIMED_SETTLEMENT_CHECKS: readonly TimedCheck[] = [oldAttempts];

export const ATTEMPT_CHECKS: readonly TimelessCheck[] = [attemptsInFlight];

export const SETTLEMENT_CHECKS: readonly TimelessCheck[] = [settlementsAgainstLedger];

export const SETTLEMENT_ACROSS_CHECKS: readonly AcrossCheck[] = [attemptsAgainstSettlements];
