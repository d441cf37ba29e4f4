/** A cancellation whose process dies in its midst. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  catalogueDocument,
  changedDocument,
  performanceDocument,
  sectionDocument,
} from '../support/catalogue-documents.ts';
import type { Service } from '../support/rowlock-process.ts';
import {
  databaseProcesses,
  endRowlockProcesses,
  eventually,
  makeDataDir,
  runRowlock,
  startService,
} from '../support/rowlock-process.ts';

interface Progress {
  readonly completedAt: string | null;
  readonly holds: number;
  readonly reservations: { readonly total: number; readonly refunded: number };
  readonly failures: readonly unknown[];
}

let directory = '';
let dataDir = '';
let service: Service;

endRowlockProcesses();
beforeAll(async () => {
  dataDir = await makeDataDir();
  directory = await mkdtemp(join(tmpdir(), 'rowlock-cancelled-'));
  const rows = Array.from({ length: 20 }, () => 30);
  const file = join(directory, 'catalogue.json');
  const off = catalogueDocument('off', [sectionDocument('A', rows)]);
  // A service without anything on sale prints no purchase, which is how the test sees that it is open.
  const other = performanceDocument('on', 'off-venue');
  const both = changedDocument(off, { '/concerts/0/performances/-': other });
  await writeFile(file, JSON.stringify(both));
  expect(await runRowlock(['import', file, '--data-dir', dataDir])).toMatchObject({ code: 0 });
  service = await startService(dataDir);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function ask<T>(method: string, path: string, token?: string): Promise<T> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const body = token === undefined ? JSON.stringify({ role: 'admin' }) : null;
  const type = body === null ? {} : { 'content-type': 'application/json' };
  const answer = await fetch(service.url + path, { method, headers: { ...headers, ...type }, body });
  expect(answer.ok, `${method} ${path}: ${answer.status}`).toBe(true);
  return (await answer.json()) as T;
}

async function operator(): Promise<string> {
  return (await ask<{ token: string }>('POST', '/v1/dev/tokens')).token;
}

const CANCELLATION = '/v1/admin/performances/off/cancellation';

it('is carried on by the next one, and nobody is refunded twice or forgotten', async () => {
  const journal = join(directory, 'journal.jsonl');
  const env = { ROWLOCK_DATA_DIR: dataDir };
  const args = [
    'demo',
    '--url',
    service.url,
    '--performance',
    'off',
    '--journal',
    journal,
    '--buyers',
    '600',
  ];
  expect(await runRowlock(args, { env })).toMatchObject({ code: 0 });

  const { reservations } = await ask<Progress>('POST', CANCELLATION, await operator());
  expect(reservations.total).toBeGreaterThan(30);
  service.kill('SIGKILL');
  await eventually(() => databaseProcesses(dataDir).length === 0);

  service = await startService(dataDir);
  const token = await operator();
  const read = (): Promise<Progress> => ask<Progress>('GET', CANCELLATION, token);
  // The control: it died before it was done.
  const before = await read();
  expect(before.completedAt).toBeNull();
  expect(before.reservations.refunded).toBeLessThan(before.reservations.total);
  // Nobody asks again: the service finds what is left by itself.
  await eventually(async () => (await read()).completedAt !== null);
  const after = await read();
  expect(after).toMatchObject({ holds: 0, failures: [] });
  expect(after.reservations).toEqual({ total: reservations.total, refunded: reservations.total });
  expect(await runRowlock(['audit', '--journal', journal], { env })).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^No violation\.$/m),
  });
});
