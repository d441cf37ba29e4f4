/** Imports a catalogue, with refusals as values. */
import { parseCatalogueFile } from '../../../catalogue/import/document/parse.ts';
import { CatalogueInvalid } from '../../../catalogue/import/document/problems.ts';
import type { Problem } from '../../../catalogue/import/document/problems.ts';
import { importCatalogue } from '../../../catalogue/import/import.ts';
import { importOverServers } from '../../../catalogue/import/over-servers.ts';
import type { ImportServer } from '../../../catalogue/import/places.ts';
import type { ImportReport } from '../../../catalogue/import/import.ts';
import { CommitUnknown } from '../../../db/database.ts';
import { refusalOf } from '../../../db/refusal.ts';
import type { Refusal, Unsettled } from '../../../domain/outcomes.ts';
import { refuse } from '../../../domain/outcomes.ts';
import type { By } from '../../../operator-log/note-action.ts';

/** A catalogue that breaks rules; nothing was changed. */
export type InvalidCatalogue = Refusal<'invalid_request'> & {
  readonly problems: readonly Problem[];
  readonly problemCount: number;
};

export type ImportRefusal = InvalidCatalogue | Unsettled;

/** What an import is asked for besides its document. */
export interface ImportRequest {
  readonly by: By;
  /** Where performances go that are on no server yet; the one with the least on sale by default. */
  readonly server?: string | undefined;
}

/** Imports over the servers, the home first. */
export async function importDocument(
  servers: readonly [home: ImportServer, ...others: ImportServer[]],
  document: unknown,
  { by, server }: ImportRequest,
): Promise<ImportReport | ImportRefusal> {
  try {
    const parsed = typeof document === 'string' ? parseCatalogueFile(document) : document;
    const [home, ...others] = servers;
    if (others.length === 0 && (server === undefined || server === home.name)) {
      return await importCatalogue(home.database, parsed, { by });
    }
    return await importOverServers(servers, parsed, { by, server });
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
