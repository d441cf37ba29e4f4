/** The systemd unit is valid, hardened, and lets Node make the system calls that it needs. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEPLOY } from './proxy.ts';
import { describeWith } from './tools.ts';

/** Of systemd's own scale: 0 is closed, 10 is open; below 4.5 it says OK. */
const EXPOSURE_MAX = 2;

const unit = readFileSync(join(DEPLOY, 'rowlock.service'), 'utf8');

describeWith({ 'systemd-analyze': 'systemd' })('deploy/rowlock.service', () => {
  let folder = '';
  let file = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'rowlock-unit-'));
    file = join(folder, 'rowlock.service');
    // Programs that this machine has, or its verification would miss them.
    writeFileSync(
      file,
      unit
        .replaceAll('/opt/node/bin/node', process.execPath)
        .replaceAll(
          '/opt/rowlock/lib/node_modules/rowlock/README.md',
          fileURLToPath(new URL('../../README.md', import.meta.url)),
        ),
    );
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is valid', () => {
    const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', file], {
      encoding: 'utf8',
    });
    const about = (stdout + stderr).split('\n').filter((line) => line.includes('rowlock.service'));
    expect(about).toEqual([]);
    expect(status).toBe(0);
  });

  it('is not valid with a misspelt setting: the check finds something', () => {
    const wrong = join(folder, 'wrong.service');
    writeFileSync(wrong, unit.replace('ProtectHome=yes', 'ProtectHouse=yes'));
    const { stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', wrong], { encoding: 'utf8' });
    expect(stderr).toContain('ProtectHouse');
  });

  it('is hardened', () => {
    const report = execFileSync('systemd-analyze', ['security', '--offline=true', '--no-pager', file], {
      encoding: 'utf8',
    });
    const [, exposure] = /Overall exposure level for rowlock\.service: (\d+\.\d+)/.exec(report) ?? [];
    expect(Number(exposure), report).toBeLessThanOrEqual(EXPOSURE_MAX);
  });

  it('does not forbid memory that is executed, without which V8 does not start', () => {
    expect(unit).toMatch(/^MemoryDenyWriteExecute=no$/m);
  });
});
