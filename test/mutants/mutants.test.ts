import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fileOf, MUTANTS } from './mutants.ts';

it('each fault is planted at one place', () => {
  const elsewhere = MUTANTS.filter((mutant) => {
    const source = readFileSync(new URL(`../../${fileOf(mutant)}`, import.meta.url), 'utf8');
    return source.split(mutant.find).length !== 2;
  });
  expect(elsewhere.map(({ operation, strategy, fault }) => `${operation}/${strategy}: ${fault}`)).toEqual([]);
});
