/**
 * Checks requests against their schemas as they are: no coercion, no defaults, no removal of unknown members.
 */
import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';

/** Compiles the validator of one part of a route's requests. */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  // The guard checks ids in paths: an impossible id is not found, after all other refusals.
  if (httpPart === 'params') return (value) => ({ value });
  const validator = Compile(schema);
  // Refuses a long list before checking its items, which would cost tens of milliseconds.
  const lengths = Compile(without(['items', 'uniqueItems'], schema));
  // Checking that items are unique is quadratic and may overflow the stack on nested lists, so it is done
  // only for lists that keep every other rule.
  const bounds = Compile(without(['uniqueItems'], schema));
  const read = httpPart === 'querystring' ? integersIn(schema) : (value: unknown) => value;
  return (given) => {
    const value = read(given);
    if (!lengths.Check(value)) return { error: lengths.Errors(value) };
    if (validator.Check(value)) return { value };
    const broken = bounds.Errors(value);
    return { error: broken.length > 0 ? broken : validator.Errors(value) };
  };
};

function without(keywords: readonly string[], schema: TSchema): TSchema {
  return JSON.parse(
    JSON.stringify(schema, (keyword, value: unknown) => (keywords.includes(keyword) ? undefined : value)),
  ) as TSchema;
}

const DIGITS = /^(0|[1-9]\d{0,15})$/;

/** Parses digits in a query as a number where the schema wants an integer; a query carries only text. */
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
