import { expect, it } from 'vitest';
import { withoutNestedAnds } from './conjunctions.ts';

it.each([
  [
    'CHECK ((((f(V) >= 1) AND (f(V) <= 255)) AND (V !~ x)))',
    'CHECK (((f(V) >= 1) AND (f(V) <= 255) AND (V !~ x)))',
  ],
  ['CHECK (((a) AND ((b) AND (c))))', 'CHECK (((a) AND (b) AND (c)))'],
  ['CHECK (((a) AND ((b) AND ((c) AND (d))) AND (e)))', 'CHECK (((a) AND (b) AND (c) AND (d) AND (e)))'],
])('makes one chain of %s', (nested, flat) => {
  expect(withoutNestedAnds(nested)).toBe(flat);
  expect(withoutNestedAnds(flat)).toBe(flat);
});

it.each([
  'CHECK ((((a) AND (b)) OR (c)))',
  'CHECK ((((a) OR (b)) AND (c)))',
  'CHECK (((a) AND ((b) OR (c))))',
  'CHECK (((a) AND (NOT ((b) AND (c)))))',
  'CHECK ((f(((a) AND (b))) AND (c)))',
  "CHECK ((state = 'free' OR ((price IS NOT NULL) AND (price > 0))))",
  'CHECK (((a AND (b',
])('leaves %s as it is', (condition) => {
  expect(withoutNestedAnds(condition)).toBe(condition);
});
