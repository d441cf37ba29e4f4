/** Imports a catalogue, with refusals as values. */
import { parseCatalogueFile } from '../../../catalogue/import/document/parse.ts';
import { CatalogueInvalid } from '../../../catalogue/import/document/problems.ts';
import type { Problem } from '../../../catalogue/import/document/problems.ts';
import { importCatalogue } from '../../../catalogue/import/import.ts';
import type { ImportReport } from '../../../catalogue/import/import.ts';
import { CommitUnknown } from '../../../db/database.ts';
import { refusalOf } from '../../../db/refusal.ts';
import type { Refusal, Unsettled } from '../../../domain/outcomes.ts';
import { refuse } from '../../../domain/outcomes.ts';
import type { By } from '../../../operator-log/note-action.ts';
import type { BoxOfficeContext } from '../../context.ts';

/** A catalogue that breaks rules; nothing was changed. */
export type InvalidCatalogue = Refusal<'invalid_request'> & {
  readonly problems: readonly Problem[];
  readonly problemCount: number;
};

export type ImportRefusal = InvalidCatalogue | Unsettled;

export async function importDocument(
  { database }: Pick<BoxOfficeContext, 'database'>,
  document: unknown,
  by: By,
): Promise<ImportReport | ImportRefusal> {
  try {
    const parsed = typeof document === 'string' ? parseCatalogueFile(document) : document;
    return await importCatalogue(database, parsed, { by });
  } catch (error) {
    if (error instanceof CatalogueInvalid) return invalidCatalogue(error);
    return error instanceof CommitUnknown ? refuse('outcome_unknown') : refusalOf(error);
  }
}

export function invalidCatalogue({
  problems,
  problemCount,
}: Pick<CatalogueInvalid, 'problems' | 'problemCount'>): InvalidCatalogue {
  const more = problemCount > problems.length ? `; the first ${problems.length} are listed` : '';
  const rules = problemCount === 1 ? 'rule' : 'rules';
  const detail = `The catalogue breaks ${problemCount} ${rules}${more}. Nothing was changed.`;
  return { ...refuse('invalid_request', { detail }), problems, problemCount };
}
