/** How requests are checked against their schemas: as they are, without coercion, defaults or removal of what is unknown. */
import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';

/** Compiles the validator of one part of a route's requests. */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  // Ids in paths are the guard's: what can't be an id is not found, and is looked at after all else.
  if (httpPart === 'params') return (value) => ({ value });
  const validator = Compile(schema);
  const bounds = Compile(withoutUniqueItems(schema));
  const read = httpPart === 'querystring' ? integersIn(schema) : (value: unknown) => value;
  return (given) => {
    const value = read(given);
    if (validator.Check(value)) return { value };
    const broken = bounds.Errors(value);
    return { error: broken.length > 0 ? broken : validator.Errors(value) };
  };
};

/**
 * The schema without the rule that a list's items are all different. That check takes time quadratic in their number,
 * and can overflow the stack on nested lists, so it runs only on lists that keep every other rule.
 */
function withoutUniqueItems(schema: TSchema): TSchema {
  return JSON.parse(
    JSON.stringify(schema, (keyword, value: unknown) => (keyword === 'uniqueItems' ? undefined : value)),
  ) as TSchema;
}

const DIGITS = /^(0|[1-9]\d{0,15})$/;

/** A query carries text only: plain digits become numbers where the schema wants an integer, and nothing else changes. */
function integersIn(schema: TSchema): (value: unknown) => unknown {
  const properties = Object.entries(
    (schema as { properties?: Record<string, { type?: unknown }> }).properties ?? {},
  );
  const integers = properties.filter(([, property]) => property.type === 'integer').map(([name]) => name);
  return (value) => {
    const query = { ...(value as Record<string, unknown>) };
    for (const name of integers) {
      const text = query[name];
      if (typeof text === 'string' && DIGITS.test(text)) query[name] = Number(text);
    }
    return query;
  };
}
