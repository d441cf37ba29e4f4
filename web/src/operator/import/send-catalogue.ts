/** Sends a catalogue to the service; a text that is no JSON is refused before, in the words of `rowlock import`. */
import type { Problem } from '../../api/client.ts';
import { call } from '../../api/client.ts';
import { parseCatalogueFile } from '../../../../src/catalogue/import/document/parse.ts';
import { CatalogueInvalid } from '../../../../src/catalogue/import/document/problems.ts';
import type { ImportCatalogueBody } from '../../api/types.ts';
import type { ImportReport } from '../answers.ts';
import type { ListedRule } from './catalogue-text.ts';
import { listedRules } from './catalogue-text.ts';

export type ImportOutcome =
  | { readonly kind: 'imported'; readonly report: ImportReport }
  | { readonly kind: 'refused'; readonly rules: readonly ListedRule[]; readonly detail?: string }
  | { readonly kind: 'problem'; readonly problem: Problem }
  /** The file is not UTF-8: nothing was taken from it. */
  | { readonly kind: 'not_utf8'; readonly name: string };

/** As long as the service itself allows an import to take. */
const TIMEOUT_MS = 660_000;

export async function sendCatalogue(text: string): Promise<ImportOutcome> {
  let body: ImportCatalogueBody;
  try {
    // The service checks what is in it.
    body = parseCatalogueFile(text) as ImportCatalogueBody;
  } catch (error) {
    if (!(error instanceof CatalogueInvalid)) throw error;
    const rules = error.problems.map(({ path, rule, line = 1, column = 1 }) => ({
      path,
      rule,
      place: { line, column },
    }));
    return { kind: 'refused', rules };
  }
  const answer = await call('POST /v1/admin/catalogue', { body, timeoutMs: TIMEOUT_MS });
  if (answer.ok) return { kind: 'imported', report: answer.data };
  const { problem } = answer;
  const errors = problem['errors'];
  if (problem.outcome !== 'invalid_request' || !Array.isArray(errors)) return { kind: 'problem', problem };
  const rules = listedRules(text, errors as readonly { path: string; rule: string }[]);
  return { kind: 'refused', rules, ...(problem.detail !== undefined && { detail: problem.detail }) };
}
