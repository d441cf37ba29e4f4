/** The largest amount in minor units that JSON, JavaScript and the tables represent exactly. */
export const AMOUNT_MAX: number = Number.MAX_SAFE_INTEGER;

/** A seat's highest price, in minor units: low enough that a wallet can pay for the largest hold. */
export const PRICE_MAX = 1_000_000_000;

/** The largest single top-up, in minor units. */
export const TOP_UP_AMOUNT_MAX = 10_000_000_000;

/**
 * A wallet's highest balance after a top-up, in minor units. A refund may exceed it, so none is ever refused.
 */
export const BALANCE_MAX = 1_000_000_000_000;
