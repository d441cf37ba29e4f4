/** The first eight digits of a reservation's id, as a buyer and a door read them to each other: `6F1C-1F0E`. */
export function shortCode(reservationId: string): string {
  const digits = reservationId.replaceAll('-', '').slice(0, 8).toUpperCase();
  return `${digits.slice(0, 4)}-${digits.slice(4)}`;
}
