/** The demo on several servers: embedded ones, a service over them, and a performance of each venue sold at once. */
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BoxOffice } from '../../box-office/box-office.ts';
import { createBoxOffice } from '../../box-office/box-office.ts';
import { addServer } from '../../box-office/servers/add-server.ts';
import { HOME_SERVER } from '../../domain/ids.ts';
import { isRefusal } from '../../domain/outcomes.ts';
import type { CatalogueDocument } from '../../catalogue/import/document/document.ts';
import { migrate } from '../../db/migrate.ts';
import { startEmbeddedServer } from '../../embedded-server/server.ts';
import { readCatalogue } from '../import.ts';
import { defaultsOf } from '../options/option.ts';
import { COMMAND_OPTIONS } from '../options/table.ts';
import type { Closers } from '../serve/closers.ts';
import { serveAlone } from '../serve/serve.ts';
import type { ServiceSettings } from '../serve/service.ts';
import { boxOfficeOptions } from '../serve/service.ts';
import { DEMO_CATALOGUE } from '../serve/stock.ts';
import { CommandFailed } from '../shared/failure.ts';
import { counted, note } from '../shared/terminal.ts';

/** Several servers share this machine. */
const SETTINGS = { shared_buffers: '64MB', max_connections: '100' };

/** What is on sale, and where. */
export interface Placed {
  readonly performanceId: string;
  readonly server: string;
}

/** A service over several servers. */
export interface DemoServers {
  /** Of the service. */
  readonly url: string;
  readonly homeUrl: string;
  /** The addresses of the other servers by name. */
  readonly servers: Readonly<Record<string, string>>;
  readonly placed: readonly Placed[];
}

/**
 * Starts so many database servers in a directory of their own, imports the demo catalogue over them, a venue on each in turn, and
 * opens a service. All of it ends by the closers. Throws the signal's reason when that aborts on the way.
 */
export async function startServers(
  count: number,
  closers: Closers,
  interrupted: AbortSignal,
): Promise<DemoServers> {
  const directory = await mkdtemp(join(tmpdir(), 'rowlock-demo-'));
  closers.push(() => rm(directory, { recursive: true, force: true }));
  // When started by root, the servers run as another user, who must be able to enter.
  await chmod(directory, 0o711);
  const names = [HOME_SERVER, ...Array.from({ length: count - 1 }, (_, i) => `server-${i + 2}`)];
  note(`starting ${counted(count, 'database server')}: ${names.join(', ')}`);
  const urls = new Map<string, string>();
  for (const name of names) {
    interrupted.throwIfAborted();
    const server = await startEmbeddedServer({
      dataDir: join(directory, name),
      settings: SETTINGS,
      onNotice: note,
    });
    closers.push(() => server.stop());
    server.onUnexpectedExit((reason) => {
      note(`the database server ${name} has ended: ${reason}; starting it again`);
      server.restart().catch((error: unknown) => note(`it does not start: ${String(error)}`));
    });
    urls.set(name, server.url);
  }
  const { [HOME_SERVER]: homeUrl = '', ...servers } = Object.fromEntries(urls);
  await migrate(homeUrl);
  for (const [name, url] of Object.entries(servers)) await addServer(homeUrl, { name, url });
  const settings: ServiceSettings = {
    options: { ...defaultsOf(COMMAND_OPTIONS.serve), port: 0, logLevel: 'error', addressRate: 0 },
    databaseUrl: homeUrl,
    servers,
    ticketKeys: undefined,
    secret: randomBytes(32).toString('hex'),
    hasTokens: true,
  };
  const boxOffice = await createBoxOffice(boxOfficeOptions(settings));
  closers.push(() => boxOffice.close());
  interrupted.throwIfAborted();
  const placed = await place(boxOffice, names);
  interrupted.throwIfAborted();
  const { address } = await serveAlone(settings, boxOffice, closers);
  return { url: address, homeUrl, servers, placed };
}

/** Imports each venue of the demo catalogue with its concerts on the next server; the first performance of each. */
async function place(boxOffice: BoxOffice, names: readonly string[]): Promise<readonly Placed[]> {
  const catalogue = (await readCatalogue(DEMO_CATALOGUE)) as CatalogueDocument;
  const placed: Placed[] = [];
  for (const [i, venue] of catalogue.venues.entries()) {
    const server = names[i % names.length]!;
    const concerts = catalogue.concerts.filter(({ performances }) =>
      performances.every((performance) => performance.venue === venue.id),
    );
    const document = { ...catalogue, venues: [venue], concerts };
    const report = await boxOffice.operator.importCatalogue(document, undefined, undefined, server);
    if (isRefusal(report)) {
      throw new CommandFailed(`cannot import the demo catalogue on ${server}: ${report.outcome}`);
    }
    const performanceId = concerts[0]!.performances[0]!.id;
    note(`${performanceId} is on ${server}`);
    placed.push({ performanceId, server });
  }
  return placed;
}
