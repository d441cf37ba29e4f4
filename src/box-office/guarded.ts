/** What stands before every method of a box office: whether it is open, and the rules of its arguments. */
import type { Rule } from './input-rules.ts';

/** A box office was called after it was closed: a bug of the caller, which no repeat mends. */
export class BoxOfficeClosed extends Error {
  constructor() {
    super('the box office is closed');
  }
}

type Methods<Name extends string> = Readonly<Record<Name, (...given: never[]) => Promise<unknown>>>;

/** The methods of the names that have rules. One that is called after the close rejects with `BoxOfficeClosed`. */
export function guarded<Name extends string, Given extends Methods<Name>>(
  methods: Given,
  rules: Readonly<Record<Name, Rule>>,
  isClosed: () => boolean,
): Pick<Given, Name> {
  const names = Object.keys(rules) as Name[];
  const guardedMethods = names.map((name) => {
    const method = methods[name] as unknown as (...given: unknown[]) => Promise<unknown>;
    // Not an async function: the answer of a request that is in flight comes before the end of the close.
    const guardedMethod = (...given: unknown[]): Promise<unknown> => {
      if (isClosed()) return Promise.reject(new BoxOfficeClosed());
      const broken = rules[name](...given);
      return broken === undefined ? method(...given) : Promise.resolve(broken);
    };
    return [name, guardedMethod] as const;
  });
  return Object.fromEntries(guardedMethods) as unknown as Pick<Given, Name>;
}
