/** Problems of a catalogue document: where, and which rule. */

/** How many problems are listed; the rest are counted. */
export const PROBLEMS_LISTED_MAX = 20;

export interface Problem {
  /** A JSON pointer such as `/venues/0/sections/2/blocks/0/rows` (RFC 6901); empty for the whole document. */
  readonly path: string;
  /** The broken rule, in words. */
  readonly rule: string;
  /** Position in the text, counted from 1; only for a text that is not JSON. */
  readonly line?: number;
  readonly column?: number;
}

/** The whole document was refused, and nothing was changed. */
export class CatalogueInvalid extends Error {
  /** The first problems in the order found, at most 20. */
  readonly problems: readonly Problem[];
  /** How many problems were found, including those not listed. */
  readonly problemCount: number;
  constructor(problems: readonly Problem[], problemCount: number) {
    super(`the catalogue was refused: ${problems.map(inWords).join('; ')}`);
    this.problems = problems;
    this.problemCount = problemCount;
  }
}

function inWords({ path, rule, line, column }: Problem): string {
  const place = line === undefined ? path || '/' : `line ${line}, column ${column}`;
  return `${place}: ${rule}`;
}

export interface ProblemList {
  add(path: string, rule: string): void;
  readonly count: number;
  /** Throws `CatalogueInvalid` when there is any problem. */
  refuseAny(): void;
}

export function createProblemList(): ProblemList {
  const problems: Problem[] = [];
  let count = 0;
  return {
    add: (path, rule) => {
      count += 1;
      if (problems.length < PROBLEMS_LISTED_MAX) problems.push({ path: shortened(path), rule });
    },
    get count() {
      return count;
    },
    refuseAny: () => {
      if (count > 0) throw new CatalogueInvalid(problems, count);
    },
  };
}

/** One step of a JSON pointer (RFC 6901, section 3). */
export function pointerStep(name: string | number): string {
  return `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** The first names and the number of the rest, so that a message stays short. */
export function listed(names: readonly string[], namesMax = 10): string {
  const more = names.length - namesMax;
  return `${names.slice(0, namesMax).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Shortens a path: it may contain a property name of any length. */
function shortened(path: string): string {
  return path.length > 200 ? `${path.slice(0, 200)}…` : path;
}

/**
 * Remembers names and their paths; a repeated name is a problem that points at the first. `what` describes
 * the name: "the id of another venue".
 */
export function uniqueNames(what: string, problems: ProblemList): (name: string, path: string) => boolean {
  const places = new Map<string, string>();
  return (name, path) => {
    const first = places.get(name);
    if (first === undefined) {
      places.set(name, path);
      return true;
    }
    problems.add(path, `"${name}" is already ${what} (${first})`);
    return false;
  };
}
