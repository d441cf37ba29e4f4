import { describe, expect, it } from 'vitest';
import { admits, boundPerformances, isOperator, JOB_SCOPES, SCOPES } from './scopes.ts';

const holding = (...scopes: string[]): ReadonlySet<string> => new Set(scopes);

describe('scopes', () => {
  it.each(SCOPES)('%s admits to itself, for every performance and for what belongs to none', (scope) => {
    expect(admits(holding(scope), scope)).toBe(true);
    expect(admits(holding(scope), scope, 'spring-1')).toBe(true);
  });

  it.each(SCOPES)('%s admits to no other scope, unless it is that of all jobs', (scope) => {
    const admitted = SCOPES.filter((other) => admits(holding(scope), other, 'spring-1'));
    expect(admitted).toEqual(scope === 'rowlock:admin' ? [...JOB_SCOPES, scope] : [scope]);
  });

  it.each(SCOPES)('%s of one performance admits to that one alone', (scope) => {
    const bound = holding(`${scope}@spring-1`);
    expect(admits(bound, scope, 'spring-1')).toBe(true);
    expect(admits(bound, scope, 'spring-10')).toBe(false);
    expect(admits(bound, scope, 'spring')).toBe(false);
    expect(admits(bound, scope)).toBe(false);
  });

  it('of all jobs at one performance admits to each job there', () => {
    const bound = holding('rowlock:admin@spring-1');
    for (const scope of JOB_SCOPES) {
      expect(admits(bound, scope, 'spring-1')).toBe(true);
      expect(admits(bound, scope, 'spring-2')).toBe(false);
      expect(admits(bound, scope)).toBe(false);
    }
  });

  it.each([
    'rowlock:sale@',
    'rowlock:sale@@spring-1',
    'rowlock:sale@spring-1@',
    'rowlock:sale@ spring-1',
    '@spring-1',
    'rowlock:sale spring-1',
    'rowlock:sale@SPRING-1',
    'rowlock:sale@*',
    'ROWLOCK:SALE@spring-1',
    'sale@spring-1',
  ])('that are malformed admit to nothing: %s', (scope) => {
    for (const performanceId of [undefined, '', 'spring-1']) {
      const admitted = SCOPES.filter((other) => admits(holding(scope), other, performanceId));
      expect(admitted, String(performanceId)).toEqual([]);
    }
  });

  it('make an operator, bound or not, unless they are only about money', () => {
    const operators = SCOPES.filter((scope) => isOperator([scope]) && isOperator([`${scope}@spring-1`]));
    expect(operators).toEqual([...JOB_SCOPES, 'rowlock:admin']);
    expect(isOperator(['rowlock:top-up', 'rowlock:reverse', 'rowlock:administrator', ''])).toBe(false);
  });

  it('name the performances that they are bound to', () => {
    const held = [
      'rowlock:door@a',
      'rowlock:admin@a',
      'rowlock:sale@b',
      'rowlock:sale',
      'rowlock:sale@',
      'x@c',
      'rowlock:door@d@e',
    ];
    expect(boundPerformances(held)).toEqual(['a', 'b']);
  });
});
