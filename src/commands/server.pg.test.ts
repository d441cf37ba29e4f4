import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { catalogueDocument } from '../../test/support/catalogue-documents.ts';
import { useDatabase } from '../../test/support/database.ts';
import { runImport } from './import.ts';
import { runServerAdd, runServerDrain, runServerList } from './server.ts';

const home = useDatabase();
const one = useDatabase();
const two = useDatabase();
let directory = '';
let servers = '';
const printed: string[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rowlock-server-'));
  servers = join(directory, 'servers.json');
  for (const stream of [process.stdout, process.stderr] as const) {
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      printed.push(String(text));
      return true;
    });
  }
});
afterEach(() => printed.splice(0));
afterAll(async () => {
  vi.restoreAllMocks();
  await rm(directory, { recursive: true });
});

const options = () => ({ databaseUrl: home.url, dataDir: undefined, servers });
const importing = (file: string, server?: string, file2: string | undefined = servers): Promise<number> =>
  runImport(file, { databaseUrl: home.url, dataDir: undefined, dryRun: false, servers: file2, server });

describe('rowlock server', () => {
  it('adds a database that is named, or that the file names, and repeats no address', async () => {
    expect(await runServerAdd({ name: 'seoul-1', url: one.url }, options())).toBe(0);
    const written = JSON.parse(await readFile(servers, 'utf8')) as { servers: Record<string, string> };
    expect(written).toEqual({ servers: { 'seoul-1': one.url } });
    await writeFile(servers, JSON.stringify({ servers: { ...written.servers, 'seoul-2': two.url } }));
    expect(await runServerAdd({ name: 'seoul-2', url: '' }, options())).toBe(0);
    expect(printed.join('')).toContain('added the server "seoul-2"');
    expect(printed.join('')).not.toContain('postgres:');
  });

  it.each([
    ['home', 'postgres://one/db', 'are not "home"'],
    ['seoul-3', 'mysql://one/db', 'an address like postgres://'],
    ['seoul-3', '', 'no address: give a URL'],
  ])('refuses to add %s at "%s"', async (name, url, message) => {
    await expect(runServerAdd({ name, url }, options())).rejects.toThrow(message);
  });

  it('imports to a server, or where a draining one leaves it', async () => {
    const file = join(directory, 'catalogue.json');
    await writeFile(file, JSON.stringify(catalogueDocument('spring')));
    await expect(importing(file, undefined, '')).rejects.toThrow();
    expect(await importing(file, 'seoul-2')).toBe(0);
    expect(await two.sql('select performance_id from performance')).toEqual([{ performance_id: 'spring' }]);
    expect(await runServerDrain('seoul-2', { databaseUrl: home.url, dataDir: undefined, end: false })).toBe(
      0,
    );
    await writeFile(file, JSON.stringify(catalogueDocument('autumn')));
    await expect(importing(file, 'seoul-2')).rejects.toThrow('there is no server "seoul-2"');
    expect(await importing(file, 'seoul-1')).toBe(0);
    await expect(
      runServerDrain('busan', { databaseUrl: home.url, dataDir: undefined, end: false }),
    ).rejects.toThrow('no server "busan"');
  });

  it('lists them, and says which does not answer', async () => {
    expect(await runServerList({ ...options(), json: false })).toBe(0);
    expect(printed.join('')).toBe(
      [
        'server   state     performances  answers',
        'home     active    0             yes',
        'seoul-1  active    1             yes',
        'seoul-2  draining  1             yes',
        '',
      ].join('\n'),
    );
    printed.splice(0);
    const broken = join(directory, 'broken.json');
    await writeFile(broken, JSON.stringify({ servers: { 'seoul-1': 'postgres://127.0.0.1:1/none' } }));
    expect(await runServerList({ ...options(), servers: broken, json: true })).toBe(1);
    const listed = JSON.parse(printed.join('')) as { name: string; answers: string }[];
    expect(listed.map(({ name, answers }) => [name, answers.slice(0, 2)])).toEqual([
      ['home', 'ye'],
      ['seoul-1', 'no'],
      ['seoul-2', 'no'],
    ]);
  });
});
