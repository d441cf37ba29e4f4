/** Writes the check-in list as a CSV file. It works offline and leaves out refunded tickets, which a QR code cannot show. */
import type { CheckInList } from '../answers.ts';
import { shortCode } from '../../format/short-code.ts';
import { csvOf } from './csv.ts';

export function checkInListCsv({ tickets }: CheckInList): string {
  const head = ['seat', 'reservationId', 'accountId', 'code'];
  return csvOf([
    head,
    ...tickets.map(({ seat, reservationId, accountId }) => [
      seat,
      reservationId,
      accountId,
      shortCode(reservationId),
    ]),
  ]);
}
