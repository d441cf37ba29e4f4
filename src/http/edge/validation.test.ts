import Type from 'typebox';
import type { TSchema } from 'typebox';
import { describe, expect, it } from 'vitest';
import { compileValidator } from './validation.ts';

function validatorOf(schema: TSchema): (value: unknown) => unknown {
  return compileValidator({ schema, method: 'POST', url: '/', httpPart: 'body' });
}

/** A list that counts how often its items are read. */
function counted(items: readonly unknown[]): { list: readonly unknown[]; reads: () => number } {
  let reads = 0;
  const list = new Proxy(items, {
    get: (target, name, receiver): unknown => {
      if (typeof name === 'string' && /^\d+$/.test(name)) reads += 1;
      return Reflect.get(target, name, receiver);
    },
  });
  return { list, reads: () => reads };
}

describe('a list', () => {
  const validate = validatorOf(
    Type.Object({ seats: Type.Array(Type.String(), { minItems: 1, maxItems: 20, uniqueItems: true }) }),
  );

  it.each([1, 'A'])('that is too long is refused before its items are checked: %s', (item) => {
    const { list, reads } = counted(Array.from({ length: 32_000 }, () => item));
    const { error } = validate({ seats: list }) as { error: readonly { keyword: string }[] };
    expect(error.map(({ keyword }) => keyword)).toEqual(['maxItems']);
    expect(reads()).toBe(0);
  });

  it('is checked if its length is right', () => {
    const { list, reads } = counted(['A', 'B']);
    expect(validate({ seats: list })).toEqual({ value: { seats: ['A', 'B'] } });
    expect(reads()).toBeGreaterThan(1);
  });

  it.each([
    [['A', 'A'], 'uniqueItems'],
    [['A', 1], 'type'],
    [[], 'minItems'],
  ])('that breaks another rule is refused: %j', (seats, keyword) => {
    const { error } = validate({ seats }) as { error: readonly { keyword: string }[] };
    expect(error.map((broken) => broken.keyword)).toEqual([keyword]);
  });
});
