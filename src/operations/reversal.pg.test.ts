import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { expectOneEffect } from '../../test/conformance/conformance.ts';
import { whileOpen } from '../../test/support/blocker.ts';
import { plantPerformance } from '../../test/support/catalogue.ts';
import { useDatabase } from '../../test/support/database.ts';
import { execute } from '../../test/support/execute.ts';
import {
  giveMoney,
  holdSeats,
  payCommand,
  someAccount,
  topUpCommand,
  walletOf,
} from '../../test/support/fixture.ts';
import { createGate, settledOrBlocked } from '../../test/support/gate.ts';
import { violationsIn } from '../../test/support/state.ts';
import { requestHashOf } from '../domain/ids.ts';
import { PAY_STRATEGIES } from './pay/strategies.ts';
import { reverseTopUp } from './reversal.ts';
import type { ReversalCommand } from './reversal.ts';
import { TOP_UP_STRATEGIES } from './top-up/strategies.ts';
import { asReplay } from '../domain/outcomes.ts';

const database = useDatabase();
const services = <S extends { readonly use: string; readonly name: string }>(strategies: readonly S[]) =>
  strategies.filter(({ use }) => use === 'service').map((strategy) => [strategy.name, strategy] as const);

function reversalCommand(accountId: string, topUp = 1, key: string = randomUUID()): ReversalCommand {
  return {
    accountId,
    topUp,
    idempotencyKey: key,
    requestHash: requestHashOf('reverse', topUp),
    actor: 'backend',
  };
}

/** An account with a top-up of 1,000. */
async function toppedUp(): Promise<string> {
  const accountId = someAccount();
  await giveMoney(database, accountId, 1_000);
  return accountId;
}

describe('one after another', () => {
  it('takes the money back with an entry that names the top-up and who asked', async () => {
    const accountId = await toppedUp();
    const command = reversalCommand(accountId);
    const reversed = await reverseTopUp({ database }, command);
    expect(reversed).toMatchObject({
      outcome: 'reversed',
      accountId,
      seq: 2,
      topUp: 1,
      amount: 1_000,
      balanceAfter: 0,
    });
    expect(await walletOf(database, accountId)).toEqual({ balance: 0, ledger: 0, entries: 2 });
    const entries = await database.sql(
      `select kind::text, amount::int, reverses::int, actor::text from ledger_entry where account_id = $1 and seq = 2`,
      [accountId],
    );
    expect(entries).toEqual([{ kind: 'reversal', amount: -1_000, reverses: 1, actor: 'backend' }]);
    expect(await reverseTopUp({ database }, command)).toEqual(asReplay(reversed));
    // By another key, too: a top-up is reversed once.
    expect(await reverseTopUp({ database }, reversalCommand(accountId))).toEqual(asReplay(reversed));
    expect(await walletOf(database, accountId)).toEqual({ balance: 0, ledger: 0, entries: 2 });
  });

  it('knows what it may reverse: a top-up of that account', async () => {
    const accountId = await toppedUp();
    await reverseTopUp({ database }, reversalCommand(accountId));
    const missing = { outcome: 'not_found', what: 'entry' };
    for (const command of [
      reversalCommand(accountId, 2),
      reversalCommand(accountId, 3),
      reversalCommand(someAccount()),
    ]) {
      expect(await reverseTopUp({ database }, command)).toEqual(missing);
    }
  });

  it('refuses a key that another request has used', async () => {
    const accountId = await toppedUp();
    await giveMoney(database, accountId, 500);
    await reverseTopUp({ database }, reversalCommand(accountId, 1, 'one'));
    const reused = await reverseTopUp({ database }, reversalCommand(accountId, 2, 'one'));
    expect(reused).toEqual({ outcome: 'idempotency_key_reused' });
    expect(await walletOf(database, accountId)).toMatchObject({ balance: 500, ledger: 500 });
  });

  it('takes back nothing that is spent', async () => {
    const accountId = await toppedUp();
    const performanceId = await plantPerformance(database, { price: 1 });
    const hold = await holdSeats(database, performanceId, [1], accountId);
    await execute(PAY_STRATEGIES[0], { database }, payCommand(hold));
    expect(await reverseTopUp({ database }, reversalCommand(accountId))).toEqual({
      outcome: 'insufficient_balance',
      required: 1_000,
      available: 999,
    });
    expect(await walletOf(database, accountId)).toMatchObject({ balance: 999, ledger: 999 });
  });
});

describe('at once', () => {
  it('takes the money back once, whatever the keys', async () => {
    const accountId = await toppedUp();
    const gate = createGate('reversal: before write');
    const commands = [reversalCommand(accountId), reversalCommand(accountId), reversalCommand(accountId)];
    const all = commands.map((command, i) =>
      reverseTopUp({ database: i === 0 ? database : database.rival, racePoint: gate.racePoint }, command),
    );
    await gate.arrived(3);
    gate.open();
    const answers = await Promise.all(all);
    expectOneEffect(answers);
    expect(answers[0]).toMatchObject({ outcome: 'reversed', seq: 2 });
    expect(await walletOf(database, accountId)).toEqual({ balance: 0, ledger: 0, entries: 2 });
  });

  it('would take it back twice without the index: the control', async () => {
    const accountId = await toppedUp();
    await giveMoney(database, accountId, 1_000);
    await database.sql('drop index ledger_entry_once_reversed');
    for (const key of ['one', 'two']) await reverseTopUp({ database }, reversalCommand(accountId, 1, key));
    expect(await walletOf(database, accountId)).toMatchObject({ balance: 0, entries: 4 });
    await database.sql('delete from ledger_entry where account_id = $1 and seq > 2', [accountId]);
    await database.sql('alter table operator_action disable trigger operator_action_is_kept');
    await database.sql('delete from operator_action where account_id = $1', [accountId]);
    await database.sql('alter table operator_action enable trigger operator_action_is_kept');
    await database.sql('update wallet set balance = 2000, version = 2 where account_id = $1', [accountId]);
    await database.sql(
      'create unique index ledger_entry_once_reversed on ledger_entry (account_id, reverses) where reverses is not null',
    );
  });

  it.each(services(PAY_STRATEGIES))('never overdraws a wallet beside pay/%s', async (_name, strategy) => {
    const accountId = await toppedUp();
    const performanceId = await plantPerformance(database, { price: 1_000 });
    const hold = await holdSeats(database, performanceId, [1], accountId);
    const locked = ['select from wallet where account_id = $1 for update', accountId] as const;
    const [paid, reversed] = await whileOpen(database, locked, async (unlock) => {
      const both = [
        execute(strategy, { database }, payCommand(hold)),
        reverseTopUp({ database: database.rival }, reversalCommand(accountId)),
      ] as const;
      await settledOrBlocked(database, Promise.race(both), 2);
      await unlock();
      return Promise.all(both);
    });
    expect([
      ['paid', 'insufficient_balance'],
      ['insufficient_balance', 'reversed'],
      // A strategy whose losers must retry.
      ['contended', 'reversed'],
      ['contended', 'contended'],
      ['paid', 'contended'],
    ]).toContainEqual([paid.outcome, reversed.outcome]);
    expect(await walletOf(database, accountId)).toMatchObject({ balance: 0 });
  });

  it.each(services(TOP_UP_STRATEGIES))('loses no entry beside top-up/%s', async (_name, strategy) => {
    const accountId = await toppedUp();
    const topUps = Array.from({ length: 5 }, () =>
      execute(strategy, { database }, topUpCommand({ accountId, amount: 10 })),
    );
    const [reversed, ...added] = await Promise.all([
      reverseTopUp({ database: database.rival }, reversalCommand(accountId)),
      ...topUps,
    ]);
    const won = added.filter(({ outcome }) => outcome === 'topped_up').length;
    const left = won * 10 + (reversed.outcome === 'reversed' ? 0 : 1_000);
    expect(await walletOf(database, accountId)).toMatchObject({ balance: left, ledger: left });
  });
});

it('has left everything consistent', async () => {
  expect(await violationsIn(database)).toEqual([]);
});
