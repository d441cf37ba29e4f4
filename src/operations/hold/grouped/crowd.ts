/**
 * A crowd at one performance: a request that is known to have lost is refused without a transaction, only for a seat that was
 * seen taken after a commit, unexpired, at most 200 ms ago, by another account (docs/decisions/0016).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { refusalOf } from '../../../db/refusal.ts';
import type { Refusal } from '../../../domain/outcomes.ts';
import { refuse } from '../../../domain/outcomes.ts';
import { changesOf } from '../../../seats/changes.ts';
import { createHalls } from '../../../seats/halls.ts';
import { createTakenSeats } from '../../../seats/taken.ts';
import type { TakenSeats } from '../../../seats/taken.ts';
import type { OperationContext } from '../../strategy.ts';
import type { HoldCommand } from '../hold.ts';

export type Loss = Refusal<'seat_taken'>;

/** What one opened strategy knows of the halls' taken seats, and what it answers from that. */
export interface Crowd {
  readonly memory: TakenSeats;
  /** The refusal of a request, in a crowd, for a seat that another account was just seen to have. */
  readonly known: (command: HoldCommand) => Loss | undefined;
  /** The same, when a request arrives: it may wait for an observation of the hall. */
  readonly foresee: (command: HoldCommand) => Promise<Loss | undefined> | Loss | undefined;
}

/** Opens the crowds at the halls of a context, or at halls of its own where the context has none. */
export function createCrowd({ database, halls }: OperationContext): Crowd {
  const memory = createTakenSeats(halls ?? createHalls({ read: changesOf(database) }));
  return {
    memory,
    known: (command) => knownLoss(memory, command),
    foresee: (command) => {
      memory.arrived(command.performanceId);
      const loss = knownLoss(memory, command);
      return loss !== undefined || !memory.isWorthObserving(command) ? loss : observeFor(memory, command);
    },
  };
}

function knownLoss(memory: TakenSeats, command: HoldCommand): Loss | undefined {
  const seats = memory.takenFrom(command);
  return seats.length === 0 ? undefined : refuse<'seat_taken', number>('seat_taken', { seats });
}

/** How long a request waits for an observation before it goes into its group. No queue bounds those that wait here. */
const OBSERVATION_WAIT_MS = 200;

/** Finds out whether the seats are still another's; undefined when they are not, or when it can't: the group finds out. */
async function observeFor(memory: TakenSeats, command: HoldCommand): Promise<Loss | undefined> {
  try {
    const observed = memory.observe(command.performanceId);
    await Promise.race([observed, sleep(OBSERVATION_WAIT_MS, undefined, { ref: false })]);
  } catch (error) {
    // No connection, or not in time. Throws the program's own errors.
    refusalOf(error);
    return undefined;
  }
  return knownLoss(memory, command);
}
