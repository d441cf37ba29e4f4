import type { ProblemList } from './problems.ts';

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
