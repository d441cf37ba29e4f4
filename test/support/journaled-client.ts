/** A client of the operations that keeps a journal, as the load generators do over HTTP. */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JournaledRequest, JournalLine } from '../../src/audit/journal/format.ts';
import { readJournal } from '../../src/audit/journal/format.ts';
import { openJournal } from '../../src/load/journal.ts';
import type { TopUpOutcome } from '../../src/operations/top-up/top-up.ts';
import { pessimisticTopUp } from '../../src/operations/top-up/pessimistic.ts';
import type { HoldCommand, HoldOutcome } from '../../src/operations/hold/hold.ts';
import { optimisticHold } from '../../src/operations/hold/optimistic.ts';
import type { PayOutcome } from '../../src/operations/pay/pay.ts';
import { optimisticPay } from '../../src/operations/pay/optimistic.ts';
import { refund } from '../../src/operations/refund/refund.ts';
import { release } from '../../src/operations/release.ts';
import type { TestDatabase } from './database.ts';
import { topUpCommand, partRefundCommand, payCommand, refundCommand } from './fixture.ts';
import { execute } from './execute.ts';

interface Outcome {
  readonly outcome: string;
  readonly reservationId?: string;
  readonly seq?: number;
  readonly amount?: number;
  readonly balanceAfter?: number;
  readonly expiresAt?: Date;
}

export interface JournaledClient {
  topUp(accountId: string, amount: number): Promise<TopUpOutcome>;
  /** `key` is the one that the command's reservation id is derived from. */
  hold(command: HoldCommand, key: string): Promise<HoldOutcome>;
  pay(hold: HoldCommand): Promise<PayOutcome>;
  /** Of some of its seats, or of all that are left. */
  refund(hold: HoldCommand, seats?: readonly number[]): Promise<Outcome>;
  release(hold: HoldCommand): Promise<Outcome>;
  /** Ends the journal and returns its lines. */
  end(): Promise<JournalLine[]>;
}

/** The label that `plantPerformance` gives a seat. */
function labelOf(seatNumber: number): string {
  return `A-1-${seatNumber}`;
}

export function openJournaledClient(database: TestDatabase, accountPrefix: string): JournaledClient {
  const path = join(tmpdir(), `rowlock-journal-${randomUUID()}.jsonl`);
  const journal = openJournal(path, { accountPrefix });
  const send = async <T extends Outcome>(
    request: JournaledRequest,
    attempt: () => Promise<T>,
  ): Promise<T> => {
    const id = journal.sent(request);
    const result = await attempt();
    const { outcome, reservationId, seq, amount, balanceAfter, expiresAt } = result;
    const facts = { reservationId, seq, amount, balanceAfter, expiresAt: expiresAt?.toISOString() };
    const told = Object.entries(facts).filter(([, value]) => value !== undefined);
    journal.answered(id, { status: 0, outcome, ...Object.fromEntries(told) });
    return result;
  };
  return {
    topUp: (accountId, amount) => {
      const command = topUpCommand({ accountId, amount });
      const request = { op: 'topUp', accountId, key: command.idempotencyKey, amount } as const;
      return send(request, () => execute(pessimisticTopUp, { database }, command));
    },
    hold: (command, key) => {
      const { accountId, performanceId } = command;
      const request = {
        op: 'hold',
        accountId,
        key,
        performanceId,
        seats: command.seats.map(labelOf),
      } as const;
      return send(request, () => execute(optimisticHold, { database }, command));
    },
    pay: (hold) => {
      const command = payCommand(hold);
      const { accountId, performanceId, reservationId, idempotencyKey: key } = command;
      const request = { op: 'pay', accountId, key, performanceId, reservationId } as const;
      return send(request, () => execute(optimisticPay, { database }, command));
    },
    refund: (hold, seats) => {
      const command = seats === undefined ? refundCommand(hold) : partRefundCommand(hold, seats);
      const { accountId, performanceId, reservationId, idempotencyKey: key } = command;
      const named = seats === undefined ? {} : { seats: seats.map(labelOf) };
      const request = { op: 'refund', accountId, key, performanceId, reservationId, ...named } as const;
      return send<Outcome>(request, () => refund({ database }, command));
    },
    release: ({ accountId, performanceId, reservationId }) => {
      const request = { op: 'release', accountId, performanceId, reservationId } as const;
      return send<Outcome>(request, () => release({ database }, { accountId, performanceId, reservationId }));
    },
    end: async () => {
      journal.close();
      const lines: JournalLine[] = [];
      for await (const line of readJournal(path)) lines.push(line);
      await rm(path);
      return lines;
    },
  };
}

/** Lines as a journal. */
export async function* journalOf(lines: readonly JournalLine[]): AsyncIterable<JournalLine> {
  yield* lines;
}
