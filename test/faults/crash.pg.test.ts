import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recordedPostmasterPid } from '../../src/embedded-server/processes.ts';
import type { Ended, RowlockProcess, Service } from '../support/rowlock-process.ts';
import {
  databaseProcesses,
  endRowlockProcesses,
  eventually,
  makeDataDir,
  runRowlock,
  startRowlock,
  startService,
} from '../support/rowlock-process.ts';

/** One hall of 1,200 seats, so that 300 buyers are in each other's way. */
const CATALOGUE = {
  venues: [
    {
      id: 'hall',
      name: { ko: '홀', en: 'Hall' },
      sections: ['A', 'B', 'C'].map((id, index) => ({
        id,
        blocks: [
          {
            grade: 'RSA'[index],
            rows: Array.from({ length: 20 }, () => 20),
            origin: [index * 30, 0],
            seatStep: [1, 0],
            rowStep: [0, 1],
          },
        ],
      })),
    },
  ],
  concerts: [
    {
      id: 'night',
      title: { ko: '밤', en: 'Night' },
      performances: ['night-1', 'night-2'].map((id) => ({
        id,
        venue: 'hall',
        startsAt: '2031-01-01T20:00:00Z',
        sale: { opensAt: '2026-01-01T00:00:00Z' },
        refundableUntil: '2030-12-31T20:00:00Z',
        holdSeconds: 300,
        seatLimit: 4,
        prices: { R: 150_000, S: 110_000, A: 80_000 },
      })),
    },
  ],
};

let dataDir = '';
let journals = '';
let service: Service;

endRowlockProcesses();
beforeAll(async () => {
  dataDir = await makeDataDir();
  journals = await mkdtemp(join(tmpdir(), 'rowlock-journals-'));
  const file = join(journals, 'catalogue.json');
  await writeFile(file, JSON.stringify(CATALOGUE));
  expect(await runRowlock(['import', file, '--data-dir', dataDir])).toMatchObject({ code: 0 });
  service = await startService(dataDir);
});
afterAll(() => rm(journals, { recursive: true, force: true }));

/** Starts a demo and resolves when the storm is in full swing: hundreds of answers, and many buyers still to come. */
async function stormOf(performance: string): Promise<{ demo: RowlockProcess; journal: string }> {
  const journal = join(journals, `${performance}.jsonl`);
  const args = [
    'demo',
    '--url',
    service.url,
    '--performance',
    performance,
    '--journal',
    journal,
    '--buyers',
    '300',
  ];
  const demo = startRowlock(args, { env: { ROWLOCK_DATA_DIR: dataDir } });
  await demo.printed(/buyers storm/);
  await eventually(() => count(journal, '"outcome":"paid"') >= 50);
  return { demo, journal };
}

function count(journal: string, text: string): number {
  return readFileSync(journal, 'utf8').split(text).length - 1;
}

async function audit(journal: string): Promise<Ended> {
  return runRowlock(['audit', '--journal', journal], { env: { ROWLOCK_DATA_DIR: dataDir } });
}

describe('kill -9 during the demo', () => {
  it('of the service ends the demo with a journal that the audit confirms after a new start', async () => {
    const { demo, journal } = await stormOf('night-1');
    service.kill('SIGKILL');
    const killedAt = performance.now();
    const ended = await demo.ended;
    expect(performance.now() - killedAt).toBeLessThan(20_000);
    expect(ended.code).toBe(1);
    expect(ended.stderr.trim().split('\n').at(-1)).toBe(
      `rowlock: the service at ${service.url} is gone; the journal has every request so far: npx rowlock audit --journal ${journal}`,
    );
    await eventually(() => databaseProcesses(dataDir).length === 0);

    service = await startService(dataDir);
    expect(await audit(journal)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^No violation\.$/m),
    });
  });

  it('of the database server is recovered from, with no violation', async () => {
    const { demo, journal } = await stormOf('night-2');
    const killed = recordedPostmasterPid(join(dataDir, 'pgdata'));
    process.kill(killed ?? 0, 'SIGKILL');
    const paidBefore = count(journal, '"outcome":"paid"');
    const ended = await demo.ended;
    expect(ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/^No violation\.$/m) });
    expect(count(journal, '"status":503')).toBeGreaterThan(0);
    expect(count(journal, '"outcome":"paid"')).toBeGreaterThan(paidBefore);
    expect(recordedPostmasterPid(join(dataDir, 'pgdata'))).not.toBe(killed);

    service.kill('SIGTERM');
    const stopped = await service.ended;
    expect(stopped.code).toBe(0);
    expect(stopped.stderr.match(/starting it again/g)).toHaveLength(1);
    expect(databaseProcesses(dataDir)).toEqual([]);
  });
});
