/** The benchmark can not be run here. The message is one line for the user. */
export class BenchRefused extends Error {}
