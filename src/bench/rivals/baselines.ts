/**
 * The baselines: what a careful program would send to PostgreSQL instead of a group, as scripts for pgbench.
 *
 * Each operation has two. *As analysed*: the statements of the analysis, one round trip each. *Best single
 * statement*: the statement of the `atomic` strategy, imported from it, so that the two cannot diverge. Both
 * write the same rows with the same indexes as the engine: the limit row, the ledger entry with its key, the
 * reservation.
 */
import { declaredStatements } from '../../db/statement.ts';
import { BALANCE_MAX } from '../../domain/money.ts';
import { atomicTopUp } from '../../operations/top-up/atomic.ts';
import { atomicHold } from '../../operations/hold/atomic.ts';
import { atomicPay } from '../../operations/pay/atomic.ts';
import type { Operation, Fixture, ScriptStep } from '../measure/worker-protocol.ts';
import { AMOUNT } from '../fixture.ts';

export type Baseline = 'single-statement' | 'as-analysed';

/** Any 32 bytes: the service hashes requests, not the database. */
const REQUEST_HASH = `'\\x${'5a'.repeat(32)}'::bytea`;

/** The steps of a baseline. Variables: `row`, the requested row from 0; `i`, the number of the request. */
export function baselineSteps(
  baseline: Baseline,
  operation: Operation,
  fixture: Fixture,
): readonly ScriptStep[] {
  return baseline === 'single-statement'
    ? [singleStatement(operation, fixture)]
    : asAnalysed(operation, fixture);
}

function singleStatement(operation: Operation, fixture: Fixture): ScriptStep {
  const { performance, account, key, reservation, seats, hash } = partsOf(fixture);
  if (operation === 'topUp') {
    const [amount, balanceMax] = [String(AMOUNT), String(BALANCE_MAX)];
    // The last one: no other account asked for it.
    return { sql: inlined(`top_up_${atomicTopUp.name}`, [account, amount, balanceMax, key, hash, 'null']) };
  }
  if (operation === 'hold')
    return { sql: inlined(`hold_${atomicHold.name}`, [performance, reservation, account, seats, hash]) };
  return { sql: inlined(`pay_${atomicPay.name}`, [performance, reservation, account, key, hash]) };
}

/** The strategy's statement with expressions for its parameters. */
function inlined(name: string, expressions: readonly string[]): string {
  const declared = declaredStatements().find((statement) => statement.name === name);
  if (declared === undefined) throw new Error(`no statement is named ${name}`);
  return declared.text.replaceAll(/\$(\d+)/g, (_, number: string) => `(${expressions[Number(number) - 1]!})`);
}

/**
 * SQL for the parts of a request. Keys and ids are hashes: scattered like random ones, but known beforehand.
 */
function partsOf({ performanceId, accountPrefix, seatsPerHold }: Fixture) {
  const numbers = Array.from({ length: seatsPerHold }, (_, i) => `:row * ${seatsPerHold} + ${i + 1}`);
  return {
    performance: `'${performanceId}'`,
    account: `'${accountPrefix}' || :row::text`,
    key: `md5('k' || :i::text)::uuid::text`,
    reservation: `md5('r' || :row::text)::uuid`,
    seats: `array[${numbers.join(', ')}]::integer[]`,
    hash: REQUEST_HASH,
  };
}

function asAnalysed(operation: Operation, fixture: Fixture): readonly ScriptStep[] {
  const steps = { topUp: analysedTopUp, hold: analysedHold, pay: analysedPay }[operation](partsOf(fixture));
  return [{ sql: 'begin' }, ...steps, { sql: 'commit' }];
}

type Parts = ReturnType<typeof partsOf>;

/** Pessimistic: lock the wallet, write it, insert the ledger entry. */
function analysedTopUp({ account, key, hash }: Parts): readonly ScriptStep[] {
  return [
    {
      sql: `select w.balance, w.version from wallet as w where w.account_id = ${account} for update`,
      into: true,
    },
    {
      sql: `
        update wallet as w set balance = :balance::bigint + ${AMOUNT}, version = :version::bigint + 1
        where w.account_id = ${account}`,
    },
    {
      sql: `
        insert into ledger_entry (account_id, seq, kind, amount, balance_after, key, request_hash, created_at)
        values (
          ${account}, :version::bigint + 1, 'top_up', ${AMOUNT}, :balance::bigint + ${AMOUNT}, ${key}, ${hash}, clock_timestamp()
        )`,
    },
  ];
}

/** Optimistic: read the versions, hold those seats if unchanged, update the limit, insert the reservation. */
function analysedHold({ performance, account, reservation, seats, hash }: Parts): readonly ScriptStep[] {
  return [
    {
      sql: `
        select max(s.version) as version, sum(s.list_price) as amount, max(p.seat_limit) as seat_limit,
          max(date_trunc('milliseconds', clock_timestamp()) + make_interval(secs => p.hold_seconds)) as expires_at
        from performance as p
        join seat as s on s.performance_id = p.performance_id
        where p.performance_id = ${performance} and s.seat_number = any(${seats}) and s.state = 'free'
          and p.sale_state = 'open' and p.sale_opens_at <= clock_timestamp()`,
      into: true,
    },
    {
      sql: `
        update seat as s
        set state = 'held', version = s.version + 1, price = s.list_price, reservation_id = ${reservation},
          held_until = :expires_at, changed_by = pg_current_xact_id()
        where s.performance_id = ${performance} and s.seat_number = any(${seats}) and s.version = :version::integer`,
    },
    {
      sql: `
        insert into claim_limit as l (performance_id, account_id, claims)
        values (${performance}, ${account}, array_fill(:expires_at::timestamptz, array[cardinality(${seats})]))
        on conflict (performance_id, account_id) do update
        set claims = live_claims(l.claims) || excluded.claims
        where cardinality(live_claims(l.claims)) + cardinality(excluded.claims) <= :seat_limit::integer`,
    },
    {
      sql: `
        insert into reservation (
          performance_id, reservation_id, account_id, seat_ids, amount, expires_at, created_at, request_hash
        )
        values (
          ${performance}, ${reservation}, ${account}, ${seats}, :amount::bigint, :expires_at::timestamptz, clock_timestamp(),
          ${hash}
        )`,
    },
  ];
}

/** Optimistic: read the version, confirm it if unchanged, sell the seats, update limit, wallet and ledger. */
function analysedPay({ performance, account, reservation, key, hash }: Parts): readonly ScriptStep[] {
  return [
    {
      sql: `
        select r.version, r.amount, r.expires_at, r.seat_ids::text as seat_ids
        from reservation as r
        where r.performance_id = ${performance} and r.reservation_id = ${reservation} and r.account_id = ${account}
          and r.state = 'held'`,
      into: true,
    },
    {
      sql: `
        update reservation as r set state = 'confirmed', version = r.version + 1
        where r.performance_id = ${performance} and r.reservation_id = ${reservation} and r.version = :version::integer
          and r.expires_at > clock_timestamp()`,
    },
    {
      sql: `
        update seat as s
        set state = 'sold', version = s.version + 1, held_until = null, changed_by = pg_current_xact_id()
        where s.performance_id = ${performance} and s.seat_number = any(:seat_ids::integer[])
          and s.reservation_id = ${reservation} and s.state = 'held'`,
    },
    {
      sql: `
        update claim_limit as l
        set claims = array_replace(live_claims(l.claims), :expires_at::timestamptz, 'infinity'::timestamptz)
        where l.performance_id = ${performance} and l.account_id = ${account}`,
    },
    {
      sql: `
        update wallet as w set balance = w.balance - :amount::bigint, version = w.version + 1
        where w.account_id = ${account} and w.balance >= :amount::bigint
        returning w.balance as balance_after, w.version as seq`,
      into: true,
    },
    {
      sql: `
        insert into ledger_entry (
          account_id, seq, kind, amount, balance_after, key, request_hash, performance_id, reservation_id, created_at
        )
        values (
          ${account}, :seq::bigint, 'payment', -:amount::bigint, :balance_after::bigint, ${key}, ${hash}, ${performance},
          ${reservation}, clock_timestamp()
        )`,
    },
  ];
}
