/** What is wrong with a catalogue document: places and rules. */

/** At most this many problems are listed; the rest are counted. */
export const PROBLEMS_LISTED_MAX = 20;

export interface Problem {
  /** Where: a JSON pointer such as `/venues/0/sections/2/blocks/0/rows` (RFC 6901); empty for the whole document. */
  readonly path: string;
  /** The rule that is broken, in words. */
  readonly rule: string;
  /** Where in the text, counted from 1; only for a text that is not JSON. */
  readonly line?: number;
  readonly column?: number;
}

/** A document was refused whole, and nothing was changed. */
export class CatalogueInvalid extends Error {
  /** The first problems in the order they were found, at most 20. */
  readonly problems: readonly Problem[];
  /** How many problems were found, those not listed included. */
  readonly problemCount: number;
  constructor(problems: readonly Problem[], problemCount: number) {
    super(`the catalogue is refused: ${problems.map(inWords).join('; ')}`);
    this.problems = problems;
    this.problemCount = problemCount;
  }
}

/** One problem as a line for people: where, then the rule. */
function inWords({ path, rule, line, column }: Problem): string {
  const place = line === undefined ? path || '/' : `line ${line}, column ${column}`;
  return `${place}: ${rule}`;
}

/** Collects problems while a document is checked. */
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

/** A few names and how many more there are: what is refused is named, however much it is. */
export function listed(names: readonly string[], namesMax = 10): string {
  const more = names.length - namesMax;
  return `${names.slice(0, namesMax).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** A path may contain a property name of the file, which may have any length. */
function shortened(path: string): string {
  return path.length > 200 ? `${path.slice(0, 200)}…` : path;
}

/**
 * Remembers names and where they stand; a name that comes again is a problem that points at the first one. `what` says
 * what the name already is: "the id of another venue".
 */
export function uniqueNames(what: string, problems: ProblemList): (name: string, path: string) => boolean {
  const places = new Map<string, string>();
  return (name, path) => {
    const first = places.get(name);
    if (first === undefined) {
      places.set(name, path);
      return true;
    }
    problems.add(path, `"${name}" is ${what} already (${first})`);
    return false;
  };
}
