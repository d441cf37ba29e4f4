/** Called when the service ends, in reverse order. */
export type Closers = (() => Promise<unknown>)[];
