/** What is on sale when a service starts. */
import { fileURLToPath } from 'node:url';
import type { BoxOffice } from '../../box-office/box-office.ts';
import type { Concert } from '../../catalogue/concerts.ts';
import { isRefusal } from '../../domain/outcomes.ts';
import { inWords, readCatalogue } from '../import.ts';
import { CommandFailed } from '../shared/failure.ts';
import { note } from '../shared/terminal.ts';

/** The file of the demo catalogue. */
export const DEMO_CATALOGUE = fileURLToPath(new URL('../../../demo/catalogue.json', import.meta.url));

/** The concerts on sale. An embedded database without any gets the demo catalogue first. */
export async function stock(boxOffice: BoxOffice, isEmbedded: boolean): Promise<readonly Concert[]> {
  const concerts = await listConcerts(boxOffice);
  if (concerts.length > 0 || !isEmbedded) return concerts;
  const report = await boxOffice.operator.importCatalogue(await readCatalogue(DEMO_CATALOGUE));
  if (isRefusal(report)) throw new CommandFailed(`cannot import the demo catalogue: ${report.outcome}`);
  note(`imported the demo catalogue: ${inWords(report)}`);
  return listConcerts(boxOffice);
}

async function listConcerts(boxOffice: BoxOffice): Promise<readonly Concert[]> {
  const list = await boxOffice.listConcerts();
  if (isRefusal(list)) throw new CommandFailed(`cannot read the catalogue: ${list.outcome}`);
  return list.concerts;
}
