const given = process.env['ROWLOCK_TEST_SEED'];

/** The seed of random tests, which their names show. ROWLOCK_TEST_SEED=<seed> repeats a run. */
export const SEED = given === undefined ? Date.now() % 2 ** 31 : Number(given);
