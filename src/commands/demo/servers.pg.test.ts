import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  endRowlockProcesses,
  makeDataDir,
  runRowlock,
  startRowlock,
} from '../../../test/support/rowlock-process.ts';

endRowlockProcesses();

const left = (): readonly string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith('rowlock-demo-'));

it('sells a performance of each venue over several servers, audits all, and leaves nothing behind', async () => {
  const before = left();
  const cwd = await makeDataDir();
  const { code, stdout, stderr } = await runRowlock(['demo', '--servers', '2', '--buyers', '45'], { cwd });
  expect(code, stderr).toBe(0);
  for (const placed of ['starlight-2030-03-01 is on home', 'comet-2030-06-15 is on server-2']) {
    expect(stderr).toContain(placed);
  }
  expect(stdout.match(/^Sold [1-9]/gm)).toHaveLength(3);
  expect(stdout.match(/^No violation\.$/gm)).toHaveLength(3);
  expect(stdout.match(/^server-2 as of /gm)).toHaveLength(3);
  expect(readdirSync(join(cwd, 'results'))).toHaveLength(3);
  expect(left()).toEqual(before);
});

it('leaves nothing behind when it is interrupted while its servers start', async () => {
  const before = left();
  const demo = startRowlock(['demo', '--servers', '3', '--buyers', '30'], { cwd: await makeDataDir() });
  await demo.printed(/is on home/);
  demo.kill('SIGINT');
  const { code, stderr } = await demo.ended;
  expect(code).toBe(1);
  expect(stderr.trim().split('\n').at(-1)).toBe('rowlock: the demo was interrupted');
  expect(left()).toEqual(before);
});

it.each([['1'], ['9'], ['two']])('refuses %s servers in one line', async (count) => {
  const { code, stderr } = await runRowlock(['demo', '--servers', count]);
  expect(code).not.toBe(0);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).toContain('--servers');
});
