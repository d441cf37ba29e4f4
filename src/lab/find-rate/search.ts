/**
 * Finds the highest rate that is sustained, by single probes that may be wrong: it climbs by doubling, bisects, and
 * then confirms both ends of the bracket, each by the majority of several probes. All rates are rungs of one ladder,
 * so that the answers for two strategies are comparable.
 */

/** Neighbouring rates differ by this factor: the resolution of the answer. */
export const RESOLUTION = 1.05;
/** Rungs to the next rate of a climb: about twice the rate. */
const STRIDE = 14;
/** Rates that are confirmed or refuted by a majority, at most; where noise needs more, the answer is not settled. */
const DECISIONS_MAX = 12;

export interface Search {
  readonly min: number;
  readonly max: number;
  /** Probes of a rate that is confirmed; more than half must sustain it. */
  readonly confirmations: number;
  /** Whether one probe sustained the rate; undefined ends the search early. */
  readonly probe: (perSecond: number) => Promise<boolean | undefined>;
}

export interface Found {
  /** The highest rate that most probes sustained; null where no rate was. */
  readonly sustained: number | null;
  /** The lowest rate above it that most probes did not sustain; null where even the highest was sustained. */
  readonly exceeded: number | null;
  /** Both were confirmed, and no rate lies between them. */
  readonly isSettled: boolean;
}

/** The rates that a search may probe, ascending: from `min`, by the resolution, to `max`. */
export function ladder({ min, max }: Pick<Search, 'min' | 'max'>): readonly number[] {
  const rungs = Math.ceil(Math.log(max / min) / Math.log(RESOLUTION));
  const rates = Array.from({ length: rungs }, (_, rung) => Math.round(min * RESOLUTION ** rung));
  return [...new Set([...rates.filter((rate) => rate < max), max])];
}

/** The probes that a search makes at most. */
export function probesMax(search: Pick<Search, 'min' | 'max' | 'confirmations'>): number {
  const climbing = 1 + Math.ceil((ladder(search).length - 1) / STRIDE);
  // Where a probe fails it is repeated: once at the end of the climb, and at each step of the bisection.
  return climbing + 1 + 2 * Math.ceil(Math.log2(STRIDE)) + DECISIONS_MAX * search.confirmations;
}

export async function findRate(search: Search): Promise<Found> {
  const rates = ladder(search);
  const votes = createVotes(search, rates);
  let bracket: Bracket = { low: -1, high: rates.length };
  try {
    bracket = await bisect(votes, await climb(votes, rates.length));
    bracket = await confirm(votes, bracket, rates.length);
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  }
  return votes.answer();
}

/** Rungs: all up to `low` are taken for sustained, all from `high` on are not. */
interface Bracket {
  readonly low: number;
  readonly high: number;
}

class Stopped extends Error {}

interface Votes {
  /** One more probe of this rung, or two: noise fails a probe more easily than it lets one pass. */
  tryOut(rung: number): Promise<boolean>;
  isDecided(rung: number): boolean;
  /** Probes the rung until a majority has decided. */
  decide(rung: number): Promise<boolean>;
  answer(): Found;
}

function createVotes({ probe, confirmations }: Search, rates: readonly number[]): Votes {
  const cast: boolean[][] = rates.map(() => []);
  const decided = new Map<number, boolean>();
  const vote = async (rung: number): Promise<boolean> => {
    const isSustained = await probe(rates[rung]!);
    if (isSustained === undefined) throw new Stopped('the search was stopped');
    cast[rung]!.push(isSustained);
    return isSustained;
  };
  return {
    tryOut: async (rung) => (await vote(rung)) || vote(rung),
    isDecided: (rung) => decided.has(rung),
    decide: async (rung) => {
      if (decided.size === DECISIONS_MAX) throw new Stopped('the probes contradict each other');
      const count = (wanted: boolean): number => cast[rung]!.filter((one) => one === wanted).length;
      // A rate that is sustained gets all its probes: they are its figures.
      while (cast[rung]!.length < confirmations && count(false) * 2 < confirmations) await vote(rung);
      const isSustained = count(true) * 2 > confirmations;
      decided.set(rung, isSustained);
      return isSustained;
    },
    answer: () => {
      const rungs = [...decided.keys()].toSorted((a, b) => a - b);
      const low = rungs.findLast((rung) => decided.get(rung) === true);
      const high = rungs.find((rung) => decided.get(rung) === false && rung > (low ?? -1));
      return {
        sustained: low === undefined ? null : rates[low]!,
        exceeded: high === undefined ? null : rates[high]!,
        isSettled: (high ?? rates.length) - (low ?? -1) === 1,
      };
    },
  };
}

async function climb(votes: Votes, rungs: number): Promise<Bracket> {
  let low = -1;
  for (let rung = 0; rung < rungs; rung = rung === rungs - 1 ? rungs : Math.min(rungs - 1, rung + STRIDE)) {
    if (!(await votes.tryOut(rung))) return { low, high: rung };
    low = rung;
  }
  return { low, high: rungs };
}

async function bisect(votes: Votes, { low, high }: Bracket): Promise<Bracket> {
  if (high - low <= 1) return { low, high };
  const middle = Math.floor((low + high) / 2);
  return bisect(votes, (await votes.tryOut(middle)) ? { low: middle, high } : { low, high: middle });
}

/** Confirms both ends. An end that is refuted becomes the other one, and the bracket widens beyond it. */
async function confirm(votes: Votes, given: Bracket, rungs: number): Promise<Bracket> {
  let { low, high } = given;
  let stride = 1;
  for (;;) {
    if (low >= 0 && !votes.isDecided(low)) {
      if (await votes.decide(low)) continue;
      [low, high] = [Math.max(-1, low - stride), low];
      stride *= 2;
    } else if (high < rungs && !votes.isDecided(high)) {
      if (!(await votes.decide(high))) continue;
      [low, high] = [high, Math.min(rungs, high + stride)];
      stride *= 2;
    } else if (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (await votes.decide(middle)) low = middle;
      else high = middle;
    } else {
      return { low, high };
    }
  }
}
