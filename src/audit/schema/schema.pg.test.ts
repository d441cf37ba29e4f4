/** The schema is compared with what the migrations make; each test changes one thing and sees it named. */
import { describe, expect, it } from 'vitest';
import { useDatabase } from '../../../test/support/database.ts';
import { createReadiness } from '../../box-office/ready.ts';
import { auditDatabase } from '../audit.ts';
import { describeSchema } from './describe.ts';
import { EXPECTED_SCHEMA } from './expected.ts';

const database = useDatabase();

async function violations(): Promise<readonly string[]> {
  const { invariants, clean } = await auditDatabase(database, { examplesMax: 100 });
  const { examples } = invariants.find(({ number }) => number === 9)!;
  expect(clean).toBe(examples.length === 0);
  return examples;
}

it('the migrations make what the audit expects (if not: npm run schema)', async () => {
  expect(await database.connect(describeSchema)).toEqual(EXPECTED_SCHEMA);
  expect(await violations()).toEqual([]);
});

describe('the audit names', () => {
  const price = 'seat_claimed_at_a_price';
  it.each([
    [
      'a dropped constraint',
      `alter table seat drop constraint ${price}`,
      `alter table seat add constraint ${price} check (state = 'free' or price is not null)`,
      [`constraint ${price} of seat is missing`],
    ],
    [
      'a dropped index',
      'drop index performance_of_venue',
      'create index performance_of_venue on performance (venue_id)',
      ['index performance_of_venue of performance is missing'],
    ],
    [
      'a dropped NOT NULL',
      'alter table seat alter column list_price drop not null',
      'alter table seat alter column list_price set not null',
      ['column seat.list_price was changed: it is bigint, and should be bigint not null'],
    ],
    [
      'a changed default',
      'alter table seat alter column version set default 1',
      'alter table seat alter column version set default 0',
      [
        'column seat.version was changed: it is integer not null default 1, and should be integer not null default 0',
      ],
    ],
    [
      'a constraint of the same name that says less',
      `alter table seat drop constraint ${price}; alter table seat add constraint ${price} check (true)`,
      `alter table seat drop constraint ${price};
       alter table seat add constraint ${price} check (state = 'free' or price is not null)`,
      [
        `constraint ${price} of seat was changed: it is CHECK (true), and should be ${EXPECTED_SCHEMA[`constraint ${price} of seat`]}`,
      ],
    ],
    [
      "an operator's trigger and constraint on the service's table",
      `create function operators() returns trigger language plpgsql as $$ begin return new; end $$;
       create trigger watched before update on seat for each row execute function operators();
       alter table seat add constraint cheap check (price < 10)`,
      'alter table seat drop constraint cheap; drop trigger watched on seat; drop function operators()',
      [
        'constraint cheap of seat is not of the migrations',
        'trigger watched of seat is not of the migrations',
      ],
    ],
    [
      "nothing of an operator's own table, index, view and function",
      `create table own (id int primary key, check (id > 0)); create view own_view as select 1;
       create index own_index on reservation (account_id);
       create function own() returns int language sql as 'select 1'`,
      'drop table own; drop view own_view; drop index own_index; drop function own()',
      [],
    ],
  ])('%s', async (_what, change, back, expected) => {
    await database.sql(change);
    try {
      expect(await violations()).toEqual(expected);
    } finally {
      await database.sql(back);
    }
    expect(await violations()).toEqual([]);
  });

  it('a changed function, and checks nothing that calls it', async () => {
    await database.sql(
      `create or replace function live_claims(claims timestamptz[]) returns timestamptz[] language sql volatile
       as $$ select claims $$`,
    );
    expect(await violations()).toEqual([
      expect.stringMatching(
        /^function live_claims\(claims .*\) was changed: it is .* v select claims, and should be /,
      ),
    ]);
    const report = await auditDatabase(database, {});
    expect(report.invariants.filter(({ checked }) => checked).map(({ number }) => number)).toEqual([9]);
  });
});

it('a service is not ready when a table is dropped under it, and says which', async () => {
  const readiness = createReadiness(database);
  expect(await readiness()).toBeUndefined();
  await database.sql('drop table claim_limit');
  await expect
    .poll(() => readiness())
    .toBe('The database lacks the table claim_limit; "rowlock audit" names what else.');
  expect(await violations()).toContain('table claim_limit is missing');
});
