import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runAudit } from './audit.ts';
import { runImport } from './import.ts';
import { CommandFailed } from './shared/failure.ts';
import { runMigrate } from './migrate.ts';
import { CatalogueInvalid } from '../catalogue/import/document/problems.ts';
import { openJournal } from '../load/journal.ts';
import { useDatabase } from '../../test/support/database.ts';
import { endRowlockProcesses, runRowlock } from '../../test/support/rowlock-process.ts';

const database = useDatabase();
let directory = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rowlock-import-'));
});
afterAll(() => rm(directory, { recursive: true }));

const CATALOGUE = {
  venues: [
    {
      id: 'club',
      name: { ko: '클럽', en: 'Club' },
      sections: [
        {
          id: 'A',
          blocks: [{ grade: 'R', rows: [10, 10], origin: [0, 0], seatStep: [1, 0], rowStep: [0, 1] }],
        },
      ],
    },
  ],
  concerts: [
    {
      id: 'gig',
      title: { ko: '공연', en: 'Gig' },
      performances: [
        {
          id: 'gig-1',
          venue: 'club',
          startsAt: '2031-01-01T20:00:00Z',
          sale: { opensAt: '2026-01-01T00:00:00Z' },
          holdSeconds: 300,
          prices: { R: 50_000 },
        },
      ],
    },
  ],
};

async function fileOf(name: string, text: string | Uint8Array): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, text);
  return path;
}

/** What a command prints on one stream, and its result. */
async function printing<T>(stream: 'stdout' | 'stderr', command: () => Promise<T>): Promise<[T, string]> {
  let text = '';
  const spy = vi.spyOn(process[stream], 'write').mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  try {
    return [await command(), text];
  } finally {
    spy.mockRestore();
  }
}

const here = (): { databaseUrl: string; dataDir: undefined } => ({
  databaseUrl: database.url,
  dataDir: undefined,
});
const audit = (options: { readonly journal?: string; readonly json?: boolean } = {}): Promise<number> =>
  runAudit({ ...here(), servers: undefined, journal: options.journal, json: options.json ?? false });

endRowlockProcesses();

describe('rowlock migrate', () => {
  it('has nothing to do twice', async () => {
    expect(await printing('stdout', () => runMigrate(here()))).toEqual([0, 'the schema is up to date\n']);
  });
});

describe('rowlock import', () => {
  it('reports what it did, and the second time that nothing changed', async () => {
    const file = await fileOf('club.json', JSON.stringify(CATALOGUE));
    expect(
      await printing('stdout', () =>
        runImport(file, { ...here(), dryRun: false, servers: undefined, server: undefined }),
      ),
    ).toEqual([
      0,
      `imported ${file}: 1 venue created, 20 seats created, 1 concert created, 1 performance created, 20 seats put on sale\n`,
    ]);
    expect(
      await printing('stdout', () =>
        runImport(file, { ...here(), dryRun: false, servers: undefined, server: undefined }),
      ),
    ).toEqual([0, `imported ${file}: nothing changed\n`]);
  });

  it('is in the operator log, with the user of the command line, each time that it changed something', async () => {
    const actions = await database.sql('select actor, action, request_id from operator_action');
    const actor = `command line: ${userInfo().username}`;
    expect(actions).toEqual([{ actor, action: 'catalogue_imported', request_id: null }]);
  });

  it('says what it would do, and does nothing, when it is a dry run', async () => {
    const [concert] = CATALOGUE.concerts;
    const other = { ...CATALOGUE, concerts: [{ ...concert, id: 'dry', performances: [] }] };
    const file = await fileOf('dry.json', JSON.stringify(other));
    expect(
      await printing('stdout', () =>
        runImport(file, { ...here(), dryRun: true, servers: undefined, server: undefined }),
      ),
    ).toEqual([0, `would import ${file}: 1 concert created\n`]);
    expect(await database.sql(`select from concert where concert_id = 'dry'`)).toEqual([]);
  });

  it('names the file in each line about what is wrong with it', async () => {
    const file = await fileOf('torn.json', '{\n  "venues": [');
    expect(await runRowlock(['import', file])).toEqual({
      code: 1,
      stdout: '',
      stderr: `rowlock: ${file}: line 2, column 14: expected a value, found the end of the file\nrowlock: ${file} was refused; nothing was changed\n`,
    });
  });

  it('refuses a bad file whole', async () => {
    const [concert] = CATALOGUE.concerts;
    const bad = {
      ...CATALOGUE,
      concerts: [
        { ...concert, id: 'other' },
        { ...concert, id: 'Bad Id' },
      ],
    };
    const file = await fileOf('bad.json', JSON.stringify(bad));
    await expect(
      runImport(file, { ...here(), dryRun: false, servers: undefined, server: undefined }),
    ).rejects.toMatchObject({
      file,
      refusal: expect.any(CatalogueInvalid),
    });
    expect(await database.sql('select from concert')).toHaveLength(1);
  });

  it('names the line of a file that is not JSON', async () => {
    const file = await fileOf('torn.json', '{\n  "venues": [');
    await expect(
      runImport(file, { ...here(), dryRun: false, servers: undefined, server: undefined }),
    ).rejects.toThrow('line 2, column 14');
  });

  it('takes the byte order mark of a Windows editor', async () => {
    const file = await fileOf('marked.json', `\uFEFF${JSON.stringify(CATALOGUE)}`);
    expect(
      await printing('stdout', () =>
        runImport(file, { ...here(), dryRun: false, servers: undefined, server: undefined }),
      ),
    ).toEqual([0, `imported ${file}: nothing changed\n`]);
  });

  it('refuses a file that is not UTF-8', async () => {
    const [before, after] = JSON.stringify(CATALOGUE).split('공연');
    // The title as Windows saves it in Korea, in CP949.
    const title = Buffer.from([0xb0, 0xf8, 0xbf, 0xac]);
    const file = await fileOf(
      'cp949.json',
      Buffer.concat([Buffer.from(before!), title, Buffer.from(after!)]),
    );
    await expect(
      runImport(file, { ...here(), dryRun: false, servers: undefined, server: undefined }),
    ).rejects.toEqual(new CommandFailed(`${file} is refused: a catalogue must be UTF-8; save it as such`));
    expect(await database.sql('select title from concert')).toEqual([{ title: { ko: '공연', en: 'Gig' } }]);
  });

  it.each([
    ['longer than any string', 700],
    ['longer than can be read at once', 3_000],
  ])('refuses a file %s without reading it whole', async (_, mib) => {
    // A sparse file, which takes no space on the disk.
    const file = await fileOf(`large-${mib}.json`, '');
    await truncate(file, mib * 1_024 * 1_024);
    await expect(
      runImport(file, { ...here(), dryRun: false, servers: undefined, server: undefined }),
    ).rejects.toEqual(new CommandFailed(`${file} is refused: a catalogue may have at most 64 MiB`));
  });

  it('refuses a directory by its name', async () => {
    await expect(
      runImport(directory, { ...here(), dryRun: false, servers: undefined, server: undefined }),
    ).rejects.toEqual(new CommandFailed(`${directory} is a directory, not a file`));
  });
});

describe('rowlock audit', () => {
  it('ends with 0 when clean, as a table or as JSON', async () => {
    const [tableCode, table] = await printing('stdout', () => audit());
    expect(tableCode).toBe(0);
    expect(table).toContain('No violation');
    const [jsonCode, json] = await printing('stdout', () => audit({ json: true }));
    expect(jsonCode).toBe(0);
    expect(JSON.parse(json)).toMatchObject({ clean: true, counts: { performances: 1, seats: 20 } });
  });

  it('ends with 1 on a violation, in the database or of the journal', async () => {
    const journal = join(directory, 'journal.jsonl');
    const writing = openJournal(journal, { accountPrefix: 'nobody-' });
    const id = writing.sent({ op: 'topUp', accountId: 'nobody-1', key: 'k', amount: 1_000 });
    writing.answered(id, { status: 201, outcome: 'topped_up', seq: 1, amount: 1_000, balanceAfter: 1_000 });
    writing.close();
    const [code, table] = await printing('stdout', () => audit({ journal }));
    expect(code).toBe(1);
    expect(table).toContain('topUp by nobody-1 with key k was acknowledged');

    await database.sql("insert into wallet (account_id, balance, version) values ('x', 5, 0)");
    const [dirty] = await printing('stdout', () => audit());
    expect(dirty).toBe(1);
    await database.sql("delete from wallet where account_id = 'x'");
  });

  it.each([
    ['a missing journal', { journal: '/nonexistent/journal' }, /^rowlock: ENOENT/],
    ['a journal that is a directory', { journal: '/tmp' }, /^rowlock: \/tmp is a directory, not a file/],
    ['a malformed journal', { journal: import.meta.filename }, /^rowlock: line 1 of the journal is not/],
  ])('ends with 2 for %s', async (_, options, line) => {
    const [code, text] = await printing('stderr', () => audit(options));
    expect(code).toBe(2);
    expect(text).toMatch(line);
    expect(text.trim().split('\n')).toHaveLength(1);
  });

  it('ends with 2 where there is no database', async () => {
    const options = {
      databaseUrl: undefined,
      dataDir: directory,
      servers: undefined,
      journal: undefined,
      json: false,
    };
    expect(await printing('stderr', () => runAudit(options))).toEqual([
      2,
      `rowlock: there is no database in ${directory}; choose another directory or give --database-url\n`,
    ]);
  });
});
