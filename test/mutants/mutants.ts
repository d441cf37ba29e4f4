/** Faults planted in each strategy, and in what has none. Its suite must fail on every one of them. */
export interface Mutant {
  readonly operation: keyof typeof DIRECTORIES;
  /** The strategy's file; of `plain` the operation's, and elsewhere the part's, which has no strategies. */
  readonly strategy: string;
  /** What was planted, in words. */
  readonly fault: string;
  readonly find: string;
  readonly replace: string;
  /** The file, from the project's directory, when it is not the strategy's own. */
  readonly file?: string;
}

/** Where an operation's strategies are. */
export const DIRECTORIES = {
  'top-up': 'src/operations/top-up',
  hold: 'src/operations/hold',
  pay: 'src/operations/pay',
  wrappers: 'src/operations/wrappers',
  plain: 'src/operations',
  groups: 'src/operations/groups',
  buyer: 'src/box-office/buyer',
} as const;

/** Strategies and operations with a folder. */
const FOLDERS: Readonly<Record<string, string>> = {
  'hold/grouped': 'grouped/grouped',
  'pay/grouped': 'grouped/grouped',
  'plain/refund': 'refund/refund',
};

/** The file that is changed, from the project's directory. */
export function fileOf({ operation, strategy, file }: Mutant): string {
  const path = FOLDERS[`${operation}/${strategy}`] ?? strategy;
  return file ?? `${DIRECTORIES[operation]}/${path}.ts`;
}

function of(
  operation: Mutant['operation'],
  strategy: string,
  ...faults: readonly (readonly [fault: string, find: string, replace: string, file?: string])[]
): readonly Mutant[] {
  return faults.map(([fault, find, replace, file]) => ({
    operation,
    strategy,
    fault,
    find,
    replace,
    ...(file === undefined ? {} : { file }),
  }));
}

const ROLLBACK_FORGOTTEN = [
  'rollback forgotten',
  '? rollback(undefined) : commit(',
  '? commit(undefined) : commit(',
] as const;
const FREE_SEATS = 'src/box-office/buyer/free-seats.ts';
const LOCKED_WALLETS = 'src/operations/locked-wallets.ts';
const GIVE_BACK = 'src/operations/refund/give-back-sql.ts';
const MIGRATION_OF_PARTS = 'migrations/0013_end_things.sql';
const RACE_POINT_HOLD = "      await hooks.racePoint?.('hold: between read and write');\n";
const RACE_POINT_TOP_UP = "      await hooks.racePoint?.('topUp: between read and write');\n";
const RACE_POINT_PAY = "      await hooks.racePoint?.('pay: between read and write');\n";
const LOCK_SEATS = `\
      const locked = await tx.run(lockSeats, [command.performanceId, command.seats]);
      if (locked.length !== command.seats.length || locked.some((seat) => !seat.free))
        return rollback(undefined);
`;
const LOCK_RESERVATION = `\
      const [locked] = await tx.run(lockReservation, [performanceId, reservationId, accountId]);
      if (locked?.state !== 'held') return rollback(undefined);
`;

export const MUTANTS: readonly Mutant[] = [
  ...of(
    'top-up',
    'pessimistic',
    ['lock dropped', '    for no key update`', '`'],
    [
      'order swapped: lock after the work',
      `      await lock(tx, command.accountId);\n${RACE_POINT_TOP_UP}`,
      `${RACE_POINT_TOP_UP}      await lock(tx, command.accountId);\n`,
    ],
    ['a new wallet is not made', '  await ensureWallet(tx, accountId);\n', ''],
  ),
  ...of(
    'top-up',
    'optimistic',
    ['version predicate dropped', 'and w.version = $6 and', 'and $6::bigint is not null and'],
    ['limit predicate dropped', ' and w.balance + $2 <= $3', ' and $3::bigint is not null'],
    ['balance overwritten', 'set balance = w.balance + $2', 'set balance = $2'],
  ),
  ...of(
    'top-up',
    'optimistic-rollback',
    ['version not compared', 'toppedUp?.seq === seen.version + 1', 'toppedUp !== undefined'],
    ['rollback forgotten', ': rollback(undefined)', ': commit(undefined)'],
    [
      'limit predicate dropped',
      ' and w.balance + $2 <= $3',
      ' and $3::bigint is not null',
      'src/operations/top-up/top-up.ts',
    ],
  ),
  ...of(
    'top-up',
    'pessimistic-nowait',
    ['NOWAIT dropped', 'for no key update nowait', 'for no key update'],
    ['lock dropped', '    for no key update nowait`', '`'],
    [
      'order swapped: lock after the work',
      `      await lock(tx, command.accountId);\n${RACE_POINT_TOP_UP}`,
      `${RACE_POINT_TOP_UP}      await lock(tx, command.accountId);\n`,
    ],
  ),
  ...of(
    'top-up',
    'atomic',
    ['limit predicate dropped', 'where w.balance + excluded.balance <= $3', ''],
    ['balance overwritten', 'set balance = w.balance + excluded.balance', 'set balance = excluded.balance'],
    ['version not raised', 'version = w.version + 1', 'version = w.version'],
  ),
  ...of(
    'top-up',
    'serializable',
    ['retry dropped', 'retry(once, once.name)', 'once'],
    [
      'rollback before the write',
      'return toppedUp === undefined ? rollback(undefined)',
      'return toppedUp !== undefined ? rollback(undefined)',
    ],
    [
      'balance overwritten',
      'set balance = w.balance + $2',
      'set balance = $2',
      'src/operations/top-up/top-up.ts',
    ],
  ),
  ...of(
    'top-up',
    'grouped',
    ['lock dropped', "'wallets_lock', 'for no key update'", "'wallets_lock', ''", LOCKED_WALLETS],
    ['amounts not added up', '  wallet.amount += amount;', '  wallet.amount = amount;', LOCKED_WALLETS],
    ['limit not checked', 'wallet.balance + command.amount > BALANCE_MAX', 'false'],
    [
      'duplicates of a group not noticed',
      ' || winners.has(key)',
      '',
      'src/operations/groups/group-strategy.ts',
    ],
    [
      'another request with the key not noticed',
      'hash.equals(command.requestHash)',
      'true',
      'src/operations/groups/group-strategy.ts',
    ],
    [
      'losers do not look for their key',
      'losers.length > 0 ? await findAnswered(tx, losers) : undefined',
      'undefined',
    ],
  ),
  ...of(
    'hold',
    'optimistic',
    ['version predicate dropped', ' and s.version = seen.version', ''],
    ['sale not asked', "        and p.sale_state = 'open'\n", ''],
    ROLLBACK_FORGOTTEN,
    [
      'state and version not asked',
      " and s.version = seen.version\n      where s.state = 'free' or s.state = 'held' and s.held_until <= clock_timestamp()\n",
      '\n',
    ],
  ),
  ...of(
    'hold',
    'optimistic-rollback',
    [
      'version not compared',
      'seat.version === versions[seats.indexOf(seat.seat_number)]! + 1',
      'seat.version > 0',
    ],
    ['sale not asked', "        and p.sale_state = 'open'\n", ''],
    ROLLBACK_FORGOTTEN,
  ),
  ...of(
    'hold',
    'pessimistic',
    ['lock dropped', '    for no key update`', '`'],
    ['state not asked', ' || locked.some((seat) => !seat.free)', ''],
    [
      'order swapped: lock after the work',
      `${LOCK_SEATS}${RACE_POINT_HOLD}`,
      `${RACE_POINT_HOLD}${LOCK_SEATS}`,
    ],
    ROLLBACK_FORGOTTEN,
  ),
  ...of(
    'hold',
    'pessimistic-nowait',
    ['NOWAIT dropped', 'for no key update nowait', 'for no key update'],
    ['lock dropped', '    for no key update nowait`', '`'],
    ['state not asked', ' || locked.some((seat) => !seat.free)', ''],
  ),
  ...of(
    'hold',
    'atomic',
    [
      'state not asked',
      "        and (s.state = 'free' or s.state = 'held' and s.held_until <= clock_timestamp())\n",
      '',
    ],
    [
      'completeness not asked',
      '(select count(*) from target) = cardinality($4)',
      '(select count(*) from target) > 0',
    ],
    [
      'limit not asked',
      'cardinality(live_claims(l.claims)) + cardinality(excluded.claims) <= (select c.seat_limit from complete as c)',
      'true',
    ],
    [
      'budget not asked',
      '        and hold_allowed_at(l.claims, (select c.budget from complete as c)) is null\n',
      '',
    ],
    ['sale not asked', "        and p.sale_state = 'open'\n", ''],
  ),
  ...of(
    'hold',
    'serializable',
    ['isolation dropped', "{ isolation: 'serializable' }", '{}'],
    ['sale not locked', '      for share\n', ''],
    [
      'seats not locked in order',
      '      for no key update\n    )\n    select sale',
      '    )\n    select sale',
    ],
    [
      'state not asked',
      "\n      and (s.state = 'free' or s.state = 'held' and s.held_until <= clock_timestamp())",
      '',
    ],
  ),
  ...of(
    'hold',
    'constraint',
    [
      'state not asked',
      "    where s.state = 'free' or s.state = 'held' and s.held_until <= clock_timestamp()\n",
      '',
    ],
    ['sale not asked', "        and p.sale_state = 'open'\n", ''],
    ROLLBACK_FORGOTTEN,
  ),
  ...of(
    'hold',
    'grouped',
    [
      'state not asked',
      "      where (s.state = 'free' or s.state = 'held' and s.held_until <= clock_timestamp())\n        and",
      '      where',
    ],
    ['seats of a winner left in stock', '  for (const seat of seats) stock.prices.delete(seat);\n', ''],
    ['limit not asked', 'stock.limit !== null && claims + seats.length > stock.limit', 'false'],
    [
      'sale not asked by the write',
      "as budget\n      from performance as p\n      where p.performance_id = $1\n        and p.sale_state = 'open'\n",
      'as budget\n      from performance as p\n      where p.performance_id = $1\n',
    ],
    ['budget not asked', '  if (stock.allowedAt.has(accountId)) return undefined;\n', ''],
    [
      'losers do not look for their key',
      'losers.length > 0 ? await readKnown(tx, performanceId, losers) : undefined',
      'undefined',
      'src/operations/hold/grouped/losers.ts',
    ],
  ),
  ...of(
    'pay',
    'optimistic',
    ['guard dropped', " and r.version = $4 and r.state = 'held'", ' and $4::integer is not null'],
    ['expiry not asked', ' and locked.expires_at > clock_timestamp()', ''],
    ['now() for clock_timestamp()', 'locked.expires_at > clock_timestamp()', 'locked.expires_at > now()'],
    ROLLBACK_FORGOTTEN,
  ),
  ...of(
    'pay',
    'optimistic-rollback',
    ['version not compared', 'confirmed?.version !== version + 1', 'confirmed === undefined'],
    ['now() for clock_timestamp()', 'locked.expires_at > clock_timestamp()', 'locked.expires_at > now()'],
    ROLLBACK_FORGOTTEN,
  ),
  ...of(
    'pay',
    'pessimistic',
    ['lock dropped', '    for no key update`', '`'],
    [
      'order swapped: lock after the work',
      `${LOCK_RESERVATION}${RACE_POINT_PAY}`,
      `${RACE_POINT_PAY}${LOCK_RESERVATION}`,
    ],
    ['account not asked', ' and r.account_id = $3', ' and $3::text is not null'],
    ROLLBACK_FORGOTTEN,
  ),
  ...of(
    'pay',
    'pessimistic-nowait',
    ['NOWAIT dropped', 'for no key update nowait', 'for no key update'],
    ['lock dropped', '    for no key update nowait`', '`'],
    ROLLBACK_FORGOTTEN,
  ),
  ...of(
    'pay',
    'atomic',
    ['expiry not asked', 'where l.expires_at > clock_timestamp()', ''],
    ['now() for clock_timestamp()', 'where l.expires_at > clock_timestamp()', 'where l.expires_at > now()'],
    ['balance not asked', ' and w.balance >= a.amount', ''],
    ['account not asked', ' and r.account_id = $3 and', ' and'],
  ),
  ...of(
    'pay',
    'serializable',
    ['retry dropped', 'retry(once, once.name)', 'once'],
    ['expiry not asked', ' and locked.expires_at > clock_timestamp()', '', 'src/operations/pay/pay.ts'],
    ROLLBACK_FORGOTTEN,
  ),
  ...of(
    'pay',
    'guard-last',
    ['guard dropped', " and r.version = $3 and r.state = 'held'", ' and $3::integer is not null'],
    ['balance not asked', ' and w.balance >= $2', ''],
    ['now() for clock_timestamp()', 'locked.expires_at > clock_timestamp()', 'locked.expires_at > now()'],
  ),
  ...of(
    'pay',
    'grouped',
    [
      'now() for clock_timestamp()',
      'where l.expires_at > clock_timestamp()',
      'where l.expires_at > now()',
      'src/operations/pay/grouped/take-held.ts',
    ],
    [
      'counts not checked',
      'return taken?.reservations === wanted.length &&',
      'return taken !== undefined || taken!.reservations === wanted.length &&',
      'src/operations/pay/grouped/take-held.ts',
    ],
    ['balance not asked', 'purse.balance - purse.spent < reservation.amount', 'false'],
    [
      'account not asked',
      ' || reservation.account_id !== command.accountId) return undefined',
      ') return undefined',
    ],
  ),
  ...of(
    'pay',
    'settled',
    [
      'key of another request not looked for',
      'if (entry !== undefined) return refuse(',
      'if (entry?.seq === -1) return refuse(',
    ],
    [
      'seats expire while they are paid for',
      "held_until = 'infinity'",
      'held_until = s.held_until',
      'src/operations/pay/settlement/begin.ts',
    ],
    [
      'another key drives the attempt on',
      "reservation.state === 'paying' && reservation.key === command.idempotencyKey",
      "reservation.state === 'paying'",
      'src/operations/pay/settlement/begin.ts',
    ],
    [
      'balance not asked',
      'if (wallet.balance < attempt.amount)',
      'if (wallet.balance < 0)',
      'src/operations/pay/settlement/wallet.ts',
    ],
    [
      'refused payment keeps its claims',
      'set claims = without_claims(l.claims, r.forever) || r.claims',
      'set claims = l.claims',
      'src/operations/pay/settlement/finish.ts',
    ],
    [
      'debited payment not confirmed',
      "when l.outcome = 'debited' then 'confirmed'\n          when",
      'when',
      'src/operations/pay/settlement/finish.ts',
    ],
  ),
  ...of(
    'plain',
    'release',
    ['expiry not asked', ' and locked.expires_at > clock_timestamp()', ''],
    [
      'account not asked',
      " and r.account_id = $3 and r.state = 'held'",
      " and $3::text is not null and r.state = 'held'",
    ],
    [
      'limit not given back',
      '      set claims = without_claims(l.claims, array_fill($5::timestamptz, array[cardinality($3)]))\n',
      '      set claims = l.claims\n',
      'src/operations/give-back.ts',
    ],
  ),
  ...of(
    'plain',
    'refund',
    ['state not asked', " and r.state = 'confirmed'", '', GIVE_BACK],
    ['seats given back twice', '      where coalesce($5, l.kept) <@ l.kept\n', '', GIVE_BACK],
    [
      'refunded with its first part',
      "when cardinality(given.kept) then 'refunded' else r.state",
      "when 0 then r.state else 'refunded'",
    ],
    [
      'table lets a state and its refunded seats differ',
      "case cardinality(refunded_seats) when cardinality(seat_ids) then state = 'refunded' else state = 'confirmed' end",
      "state in ('confirmed', 'refunded')",
      MIGRATION_OF_PARTS,
    ],
    ['part not numbered', 'cardinality(given.refunded_seats) as part', '0 as part'],
    [
      'deadline not asked',
      'clock_timestamp() < coalesce(',
      'clock_timestamp() is not null or clock_timestamp() < coalesce(',
      GIVE_BACK,
    ],
  ),
  ...of(
    'plain',
    'expire',
    ['seats of others freed', ' and s.reservation_id = e.reservation_id', ''],
    ['live holds swept', ' and r.expires_at <= clock_timestamp()', ''],
    [
      'reservations written before the seats are locked',
      '\n        and (select count(*) from target) >= 0',
      '',
    ],
  ),
  ...of(
    'plain',
    'cancel',
    ['table not locked', '    await tx.run(lockSeats, []);\n', ''],
    ['lock that lets writers of seats pass', 'seat in share mode', 'seat in row exclusive mode'],
    ['seats of others freed', ' and s.reservation_id = e.reservation_id', ''],
  ),
  ...of('plain', 'settle', [
    'late request taken up',
    "if (deadline?.takeUp() === false) throw new DeadlinePassed('no time is left for an attempt');",
    'deadline?.takeUp();',
  ]),
  ...of(
    'groups',
    'scheduler',
    ['late member taken up', 'if (!this.#dismissIfLate(entry))', 'if (entry.deadlineAtMs > 0)'],
    ['groups in flight want the same', 'wanted.some((each) => exclusive.has(each))', 'wanted.includes(null)'],
    ['later member before one that is left', 'for (const each of wanted) exclusive.add(each);\n', ''],
    ['known answer not given', 'if (answer === undefined) return entry;', 'return entry;'],
    [
      'own time of a member not asked',
      'Math.min(enteredAtMs + limits.deadlineMs, atMs)',
      'enteredAtMs + limits.deadlineMs',
    ],
  ),
  ...of(
    'groups',
    'deadline',
    [
      'late member taken up',
      'deadline?.takeUp() === false ?',
      'deadline?.takeUp() === undefined && deadline ?',
      'src/operations/groups/group-strategy.ts',
    ],
    [
      'work that may write not noted',
      'deadline?.takeUp() === false',
      'deadline?.leftMs === 0',
      'src/operations/groups/group-strategy.ts',
    ],
  ),
  ...of(
    'buyer',
    'best-seats',
    ...(
      [
        ['claim not noted', 'note(seats, CONTESTED, Infinity)', 'note([], CONTESTED, Infinity)'],
        ['held seats forgotten', '          note(seats, TAKEN, hall.begun);\n', ''],
        ['lost seats forgotten', 'if (lost.length > 0) note(lost, CONTESTED, hall.begun);', ''],
      ] as const
    ).map(([fault, find, replace]) => [fault, find, replace, FREE_SEATS] as const),
  ),
  ...of(
    'wrappers',
    'retry',
    ['what stands is tried again', " || outcome.outcome !== 'contended'", ''],
    ['the pool is tried again', "outcome.cause !== 'pool' && outcome.cause !== 'redis'", 'true'],
    ['tried again without end', 'attempt === RETRY_ATTEMPTS_MAX || ', ''],
    ['tried again for ever', ' || performance.now() + delayMs > endsAtMs', ''],
    ['waits beyond its time', ' + delayMs > endsAtMs', ' > endsAtMs'],
    [
      'no wait between attempts',
      '        await new Promise((resolve) => setTimeout(resolve, delayMs));\n',
      '',
    ],
  ),
  ...of(
    'wrappers',
    'advisory-lock',
    ['lock not taken', '              await tx.run(lockAll, [keysOf(command)]);\n', ''],
    ['lock of the session', 'select pg_advisory_xact_lock(', 'select pg_advisory_lock('],
    [
      'locks taken as they are named',
      'select distinct hashtextextended(key, 0) as hash from unnest($1::text[]) as key order by hash',
      'select hashtextextended(key, 0) as hash from unnest($1::text[]) as key',
    ],
    ['only one lock taken', '[keysOf(command)]', '[keysOf(command).slice(0, 1)]'],
  ),
  ...of(
    'wrappers',
    'redis-lock',
    ['fence left out', '                await fence(tx, keys, lock.token);\n', ''],
    ['older token passes', '      where f.token < excluded.token\n', ''],
    [
      'goes on without the lock',
      "return refuse('contended', { cause: 'redis' })",
      'return inner.execute(command, hooks)',
    ],
    ['lock not given back', '            await lock.release();\n', ''],
  ),
];
