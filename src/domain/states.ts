/** The states of a reservation, in the order of its life: the database's type `reservation_state`. */
export const RESERVATION_STATES = [
  'held',
  'paying',
  'confirmed',
  'refunding',
  'released',
  'expired',
  'refunded',
] as const;
export type ReservationState = (typeof RESERVATION_STATES)[number];

/** The kinds of ledger entry: the database's type `entry_kind`. */
export const ENTRY_KINDS = ['top_up', 'payment', 'refund', 'reversal'] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];
