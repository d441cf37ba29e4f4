import { createConfig, lintFromString } from '@redocly/openapi-core';
import spectralCore from '@stoplight/spectral-core';
import spectralRulesets from '@stoplight/spectral-rulesets';
import { beforeAll, describe, expect, it } from 'vitest';
import { useServerWithoutDatabase } from '../../../test/support/http.ts';

/** What Redocly's recommended rules say of a document, warnings included. */
async function redocly(document: string): Promise<readonly string[]> {
  const config = await createConfig({ extends: ['recommended'] });
  const problems = await lintFromString({ source: document, absoluteRef: '/openapi.json', config });
  return problems.map(({ ruleId, location }) => `${ruleId} ${location[0]?.pointer}`);
}

/** What Spectral's rules for OpenAPI say of a document, hints included. */
async function spectral(document: string): Promise<readonly string[]> {
  const linter = new spectralCore.Spectral();
  linter.setRuleset(spectralRulesets.oas as spectralCore.RulesetDefinition);
  const problems = await linter.run(JSON.parse(document) as Record<string, unknown>);
  return problems.map(({ code, path }) => `${code} ${path.join('/')}`);
}

describe('the OpenAPI document passes', () => {
  const server = useServerWithoutDatabase({ development: { embeddedDatabase: true }, pagesDir: '/no-pages' });
  let document: string;

  beforeAll(async () => {
    document = (await server.app.inject('/openapi.json')).payload;
  });

  it.each([
    ['Redocly', redocly],
    ['Spectral', spectral],
  ])('all rules of %s', async (_name, lint) => {
    expect(await lint(document)).toEqual([]);
    // A document with two operations of one name passes neither.
    expect(
      await lint(document.replace('"operationId":"readWallet"', '"operationId":"payReservation"')),
    ).not.toEqual([]);
  });
});
