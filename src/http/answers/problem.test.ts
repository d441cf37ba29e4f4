import { Compile } from 'typebox/compile';
import { describe, expect, it } from 'vitest';
import { REFUSALS } from '../../domain/outcomes.ts';
import { exampleOf } from '../openapi/problem-examples.ts';
import { PROBLEM_SCHEMAS, problemSchemaName } from '../openapi/problem-schema.ts';

describe('the problem document', () => {
  it.each(REFUSALS.map((refusal) => [refusal.code, refusal] as const))(
    'of %s matches its schema',
    (code, refusal) => {
      const schema = PROBLEM_SCHEMAS[problemSchemaName(code)]!;
      const problem = exampleOf(code, refusal.status);
      expect(Compile(schema).Errors(problem)).toEqual([]);
      expect(problem).toMatchObject({
        type: `/errors/${code}`,
        title: refusal.title,
        status: refusal.status,
        outcome: code,
        retry: refusal.retry,
      });
    },
  );

  it('does not name internal parts', () => {
    expect(JSON.stringify([exampleOf('contended', 503), exampleOf('overloaded', 503)])).not.toMatch(
      /pool|database/,
    );
  });
});
