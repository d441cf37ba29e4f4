/** The door list as a file for the door: it works without a network, and knows the refunds that a ticket's code can't. */
import type { DoorList } from '../answers.ts';
import { csvOf } from './csv.ts';

export function doorListCsv({ tickets }: DoorList): string {
  const head = ['seat', 'reservationId', 'accountId'];
  return csvOf([
    head,
    ...tickets.map(({ seat, reservationId, accountId }) => [seat, reservationId, accountId]),
  ]);
}
