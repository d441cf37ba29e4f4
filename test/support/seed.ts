const given = process.env['ROWLOCK_TEST_SEED'];

/** What random tests draw from, and tell in their names: ROWLOCK_TEST_SEED=<seed> lets them draw the same again. */
export const SEED = given === undefined ? Date.now() % 2 ** 31 : Number(given);
