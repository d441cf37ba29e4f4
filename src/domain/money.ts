/** The largest amount in minor units that JSON, JavaScript and the tables carry without loss. */
export const AMOUNT_MAX: number = Number.MAX_SAFE_INTEGER;

/** A seat's highest price, in minor units. A hold's seats together stay far below `BALANCE_MAX`, so a wallet can pay them. */
export const PRICE_MAX = 1_000_000_000;

/** What one top-up may add at most, in minor units. */
export const TOP_UP_AMOUNT_MAX = 10_000_000_000;

/** What a wallet may hold after a top-up, in minor units. Refunds may exceed it: money owed is always paid back. */
export const BALANCE_MAX = 1_000_000_000_000;
