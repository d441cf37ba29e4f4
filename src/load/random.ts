import { createHash } from 'node:crypto';

/** Pseudo-random choices: the same for the same seed. */
export interface Random {
  /** From 0 up to but not 1. */
  next(): number;
  pick<T>(choices: readonly [T, ...T[]]): T;
  /** True with this probability. */
  chance(share: number): boolean;
}

/** Each buyer draws from a stream of its own, so that timing does not change its choices. */
export function createRandom(seed: number, stream: string): Random {
  // mulberry32 (public domain, Tommy Ettinger): one 32-bit word of state, good enough for choosing seats.
  let state = createHash('sha256').update(`${seed}:${stream}`).digest().readUInt32LE();
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    pick: (choices) => choices[Math.floor(next() * choices.length)] ?? choices[0],
    chance: (share) => next() < share,
  };
}
