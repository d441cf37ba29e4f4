/** The largest amount in minor units that JSON, JavaScript and the tables carry without loss. */
export const AMOUNT_MAX: number = Number.MAX_SAFE_INTEGER;

/** What one top-up may add at most, in minor units (a hundred million won). */
export const TOP_UP_AMOUNT_MAX = 100_000_000;

/** What a wallet may hold after a top-up, in minor units. Refunds may exceed it: money owed is always paid back. */
export const BALANCE_MAX = 1_000_000_000_000;
