import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useDatabase } from '../../../test/support/database.ts';
import { someAccount } from '../../../test/support/fixture.ts';
import { until } from '../../../test/support/gate.ts';
import type { BoxOffice, SignedIn } from '../box-office.ts';
import { createBoxOffice } from '../box-office.ts';
import { listActions } from '../../operator-log/list-actions.ts';
import { createKnownSessions, SESSION_FRESH_MS } from './known-sessions.ts';
import { findSession } from './sessions.ts';
import { sweepIdentity } from './sweep.ts';

const database = useDatabase();
let boxOffice: BoxOffice;
let other: BoxOffice;

beforeAll(async () => {
  const options = { databaseUrl: database.url, migrate: false, sweepIntervalMs: 0 };
  boxOffice = await createBoxOffice(options);
  other = await createBoxOffice(options);
});
afterAll(async () => {
  await boxOffice?.close();
  await other?.close();
});

async function signIn(accountId: string, name?: string, email?: string): Promise<string> {
  const signedIn = await boxOffice.identity.signIn({ accountId, scopes: ['rowlock:admin'], name, email });
  expect(signedIn.outcome).toBe('signed_in');
  return (signedIn as SignedIn).secret;
}

describe('a session', () => {
  it('is found by its secret, whose hash alone is stored', async () => {
    const accountId = someAccount();
    const secret = await signIn(accountId);
    expect(await boxOffice.identity.findSession(secret)).toEqual({
      accountId,
      scopes: new Set(['rowlock:admin']),
    });
    const rows = await database.sql<{ row: string }>('select s::text as row from session as s');
    expect(rows.map(({ row }) => row).join('\n')).not.toContain(secret);
  });

  it.each(['', 'x', 'x'.repeat(43), `${'x'.repeat(42)}\0`])('is not found by %j', async (secret) => {
    const found = await boxOffice.identity.findSession(secret);
    if (secret === '') expect(found).toMatchObject({ outcome: 'invalid_request' });
    else expect(found).toBeUndefined();
  });

  it('costs no statement while it is fresh, and one afterwards', async () => {
    const secret = await signIn(someAccount());
    let nowMs = 0;
    let reads = 0;
    const known = createKnownSessions(() => nowMs);
    const counting = {
      ...database,
      connect: (async (work) => {
        reads += 1;
        return database.connect(work);
      }) as typeof database.connect,
    };
    const find = (): Promise<unknown> => findSession({ database: counting }, known, secret);
    for (let i = 0; i < 10; i += 1)
      expect(await find()).toMatchObject({ accountId: expect.any(String) as string });
    expect(reads).toBe(1);
    nowMs = SESSION_FRESH_MS;
    await find();
    expect(reads).toBe(2);
  });

  it('moves its idle end once a minute at most, and never beyond its absolute end', async () => {
    const accountId = someAccount();
    const secret = await signIn(accountId);
    const read = async (): Promise<Record<string, number>> =>
      (
        await database.sql<Record<string, number>>(
          `select extract(epoch from clock_timestamp() - last_used_at)::int as used,
             extract(epoch from idle_ends_at - clock_timestamp())::int as idle,
             extract(epoch from ends_at - clock_timestamp())::int as absolute
           from session where account_id = $1`,
          [accountId],
        )
      )[0]!;
    const age = (seconds: number): Promise<unknown> =>
      database.sql(
        `update session set created_at = created_at - make_interval(secs => $2),
           last_used_at = last_used_at - make_interval(secs => $2),
           idle_ends_at = idle_ends_at - make_interval(secs => $2), ends_at = ends_at - make_interval(secs => $2)
         where account_id = $1`,
        [accountId, seconds],
      );
    const look = (): Promise<unknown> => findSession({ database }, createKnownSessions(), secret);
    await age(50);
    await look();
    expect((await read())['used']).toBeGreaterThanOrEqual(50);
    await age(20);
    await look();
    await until(async () => (await read())['used']! < 10);
    expect((await read())['idle']).toBeGreaterThan(12 * 3_600 - 20);
    // Near its absolute end, after a use every few hours.
    await age(7 * 86_400 - 3_600);
    await database.sql(
      `update session set idle_ends_at = ends_at - interval '10 minutes' where account_id = $1`,
      [accountId],
    );
    await look();
    await until(async () => (await read())['used']! < 10);
    expect((await read())['idle']).toBeLessThanOrEqual(3_600);
    expect((await read())['idle']).toBe((await read())['absolute']);
  });

  it('is over after its idle end', async () => {
    const accountId = someAccount();
    const secret = await signIn(accountId);
    await database.sql(
      `update session set created_at = created_at - interval '13 hours', last_used_at = last_used_at - interval '13 hours',
         idle_ends_at = idle_ends_at - interval '13 hours' where account_id = $1`,
      [accountId],
    );
    expect(await findSession({ database }, createKnownSessions(), secret)).toBeUndefined();
  });

  it('ends by itself, here at once and in another process within its freshness', async () => {
    const secret = await signIn(someAccount());
    const nowMs = { of: 0 };
    const elsewhere = createKnownSessions(() => nowMs.of);
    const lookElsewhere = (): Promise<unknown> => findSession({ database }, elsewhere, secret);
    expect(await boxOffice.identity.findSession(secret)).toBeDefined();
    expect(await lookElsewhere()).toBeDefined();
    expect(await boxOffice.identity.signOut(secret)).toMatchObject({ outcome: 'signed_out', sessions: 1 });
    expect(await boxOffice.identity.findSession(secret)).toBeUndefined();
    nowMs.of = SESSION_FRESH_MS - 1;
    expect(await lookElsewhere()).toBeDefined();
    nowMs.of = SESSION_FRESH_MS;
    expect(await lookElsewhere()).toBeUndefined();
    expect(await boxOffice.identity.signOut(secret)).toMatchObject({ outcome: 'signed_out', sessions: 0 });
  });

  it('ends with all of its account, and no other', async () => {
    const [accountId, stranger] = [someAccount(), someAccount()];
    const [one, two, theirs] = [await signIn(accountId), await signIn(accountId), await signIn(stranger)];
    for (const secret of [one, two, theirs]) await boxOffice.identity.findSession(secret);
    expect(await other.identity.signOutEverywhere({ accountId, secret: one })).toMatchObject({ sessions: 2 });
    await boxOffice.identity.signOutEverywhere({ accountId });
    expect(await boxOffice.identity.findSession(one)).toBeUndefined();
    expect(await boxOffice.identity.findSession(two)).toBeUndefined();
    expect(await boxOffice.identity.findSession(theirs)).toMatchObject({ accountId: stranger });
    // One that is opened afterwards is a session again.
    expect(await boxOffice.identity.findSession(await signIn(accountId))).toMatchObject({ accountId });
  });
});

describe('a sign-in that comes back', () => {
  it('counts once, in whichever process', async () => {
    const secret = someAccount();
    const answers = await Promise.all(
      [boxOffice, other, boxOffice, other].map((each) => each.identity.useSignIn(secret)),
    );
    expect(answers.filter((answer) => answer === true)).toHaveLength(1);
    expect(answers.filter((answer) => answer === false)).toHaveLength(3);
  });
});

describe('the sweep', () => {
  it('removes what has ended, and nothing else', async () => {
    const [ended, lasting] = [someAccount(), someAccount()];
    await signIn(ended);
    await signIn(lasting);
    await boxOffice.identity.useSignIn(ended);
    await database.sql(
      `update session set created_at = created_at - interval '8 days', last_used_at = last_used_at - interval '8 days',
         idle_ends_at = idle_ends_at - interval '8 days', ends_at = ends_at - interval '8 days' where account_id = $1`,
      [ended],
    );
    await database.sql(`update used_sign_in set used_at = used_at - interval '101 minutes'`);
    await boxOffice.identity.useSignIn(lasting);
    await sweepIdentity(database);
    const left = await database.sql<{ account_id: string }>('select account_id::text from session');
    expect(left.map(({ account_id: account }) => account)).toContain(lasting);
    expect(left.map(({ account_id: account }) => account)).not.toContain(ended);
    expect(await database.sql('select 1 from used_sign_in')).toHaveLength(1);
  });
});

describe('a profile', () => {
  it('is what the last sign-in said, in any script', async () => {
    const accountId = someAccount();
    await signIn(accountId, 'Ann', 'ann@old.example');
    await signIn(accountId, '  김\u0000민\u202e수 ', '민수@예시.한국');
    expect(await boxOffice.identity.readProfile(accountId)).toMatchObject({
      name: '김 민 수',
      email: '민수@예시.한국',
    });
    await signIn(accountId, '\u200b', 'no address');
    expect(await boxOffice.identity.readProfile(accountId)).toMatchObject({ name: null, email: null });
  });

  it('is kept within its bounds', async () => {
    const accountId = someAccount();
    await signIn(accountId, '😀'.repeat(5_000), `${'a'.repeat(400)}@x.example`);
    const kept = await boxOffice.identity.readProfile(accountId);
    expect(kept).toMatchObject({ name: '😀'.repeat(200), email: null });
    // A ligature that folds into several letters.
    await signIn(accountId, 'ﷺ'.repeat(200));
    expect(await boxOffice.identity.readProfile(accountId)).toMatchObject({ name: 'ﷺ'.repeat(200) });
  });

  it('is found by the beginning of name or address, whatever the case, and by the account', async () => {
    const accountId = someAccount();
    const mark = accountId.slice(-12);
    await signIn(accountId, `Élodie ${mark}`, `${mark}@Example.COM`);
    for (const query of [
      `élodie ${mark.slice(0, 8)}`,
      `É`.normalize('NFD') + `LODIE ${mark}`,
      `${mark}@ex`,
      accountId,
    ]) {
      const found = await boxOffice.identity.findAccounts(query);
      expect(found).toMatchObject({ accounts: [{ accountId }], hasMore: false });
    }
    expect(await boxOffice.identity.findAccounts(`lodie ${mark}`)).toMatchObject({ accounts: [] });
    expect(await boxOffice.identity.findAccounts('%%')).toMatchObject({ accounts: [] });
    expect(await boxOffice.identity.findAccounts('é')).toMatchObject({ outcome: 'invalid_request' });
  });

  it('is found by its indexes, and no more of them than a page shows', async () => {
    await database.sql(
      `insert into profile (account_id, name, name_key, email, email_key, updated_at)
       select 'many-' || i, 'Zz ' || i, 'zz ' || i, i || '@zz.example', i || '@zz.example', clock_timestamp()
       from generate_series(1, 5000) as i`,
    );
    await database.sql('analyze profile');
    const found = await boxOffice.identity.findAccounts('zz');
    const page = Array.from({ length: 20 }, () => ({ name: expect.stringMatching(/^Zz /) as string }));
    expect(found).toMatchObject({ accounts: page, hasMore: true });
    const plan = await database.sql<{ 'QUERY PLAN': string }>(
      `explain select account_id from profile where name_key >= 'zz 40' and name_key < 'zz 40~' order by name_key limit 21`,
    );
    expect(JSON.stringify(plan)).toContain('profile_by_name');
  });

  it('is erased with its sessions, and without touching money', async () => {
    const accountId = someAccount();
    const secret = await signIn(accountId, 'Ann', 'ann@x.example');
    const idempotencyKey = 'key';
    await boxOffice.topUp({ accountId, amount: 5_000, idempotencyKey, createAccount: true });
    await boxOffice.identity.findSession(secret);
    expect(await boxOffice.identity.eraseProfile({ accountId })).toEqual({
      outcome: 'profile_erased',
      sessions: 1,
    });
    expect(await boxOffice.identity.readProfile(accountId)).toMatchObject({ outcome: 'not_found' });
    expect(await boxOffice.identity.findSession(secret)).toBeUndefined();
    expect(await boxOffice.readWallet(accountId)).toMatchObject({ balance: 5_000 });
    const left = await database.sql<{ text: string }>(
      `select string_agg(p::text, '') as text from profile as p where account_id = $1`,
      [accountId],
    );
    expect(left[0]?.text).toBeNull();
  });
});

describe('the operator log', () => {
  const by = { actor: 'boss', requestId: 'req-1' } as const;
  const notedOf = async (accountId: string): Promise<unknown> => {
    const { actions } = await database.connect((connection) => listActions(connection, { limit: 1_000 }));
    return actions
      .filter((noted) => noted.accountId === accountId)
      .map(({ action, actor, requestId, details }) => ({ action, actor, requestId, details }));
  };

  it('has who erased a profile, once, and nothing of what was erased', async () => {
    const accountId = someAccount();
    await signIn(accountId, 'Ann', 'ann@x.example');
    const erase = (): Promise<unknown> => boxOffice.identity.eraseProfile({ accountId, ...by });
    expect(await erase()).toMatchObject({ outcome: 'profile_erased', sessions: 1 });
    expect(await erase()).toMatchObject({ outcome: 'profile_erased', sessions: 0 });
    expect(await notedOf(accountId)).toEqual([{ action: 'profile_erased', ...by, details: { sessions: 1 } }]);
  });

  it('has who ended sessions, once, and not those that the account ended itself', async () => {
    const accountId = someAccount();
    await signIn(accountId);
    await boxOffice.identity.signOutEverywhere({ accountId });
    expect(await notedOf(accountId)).toEqual([]);
    await signIn(accountId);
    await signIn(accountId);
    const end = (): Promise<unknown> => boxOffice.identity.endSessions({ accountId, ...by });
    expect(await end()).toEqual({ outcome: 'sessions_ended', sessions: 2 });
    expect(await end()).toEqual({ outcome: 'sessions_ended', sessions: 0 });
    expect(await notedOf(accountId)).toEqual([{ action: 'sessions_ended', ...by, details: { sessions: 2 } }]);
  });

  it('is written with the deed or not at all', async () => {
    const accountId = someAccount();
    const secret = await signIn(accountId, 'Ann');
    await database.sql(
      `create function no_log() returns trigger language plpgsql as $$ begin raise exception 'no log'; end $$`,
    );
    await database.sql(
      'create trigger no_log before insert on operator_action for each row execute function no_log()',
    );
    try {
      await expect(boxOffice.identity.endSessions({ accountId, ...by })).rejects.toThrow('no log');
      await expect(boxOffice.identity.eraseProfile({ accountId, ...by })).rejects.toThrow('no log');
    } finally {
      await database.sql('drop trigger no_log on operator_action');
    }
    expect(await boxOffice.identity.findSession(secret)).toMatchObject({ accountId });
    expect(await boxOffice.identity.readProfile(accountId)).toMatchObject({ name: 'Ann' });
  });
});
