/** Violations as they are found: how many of each invariant, and the first few in words. */

export type InvariantNumber = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

export interface Findings {
  /** How many violations of each invariant the audit describes. */
  readonly examplesMax: number;
  /** Notes one violation. */
  add(invariant: InvariantNumber, example: string): void;
  /** Adds many violations, of which only the examples are described. */
  addMany(invariant: InvariantNumber, violations: number, examples: readonly string[]): void;
  of(invariant: InvariantNumber): { readonly violations: number; readonly examples: readonly string[] };
}

/** Collects violations. */
export function createFindings(examplesMax: number): Findings {
  const found = new Map<InvariantNumber, { violations: number; examples: string[] }>();
  const addMany: Findings['addMany'] = (invariant, violations, examples) => {
    const sofar = found.get(invariant) ?? { violations: 0, examples: [] };
    found.set(invariant, sofar);
    sofar.violations += violations;
    sofar.examples.push(...examples.slice(0, examplesMax - sofar.examples.length));
  };
  return {
    examplesMax,
    add: (invariant, example) => addMany(invariant, 1, [example]),
    addMany,
    of: (invariant) => found.get(invariant) ?? { violations: 0, examples: [] },
  };
}
