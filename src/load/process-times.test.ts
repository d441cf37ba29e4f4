import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { databaseMsOf, parseStat, postgresMsOf, postmasterOf, startCpuMeter } from './process-times.ts';

describe('parseStat', () => {
  it('reads past a name with spaces and parentheses', () => {
    const stat = '4242 (a (b) c) S 17 4242 4242 0 -1 4194304 100 200 0 0 310 45 20 7 20 0 1 0 123 0';
    expect(parseStat(stat)).toEqual({ command: 'a (b) c', parent: 17, ownMs: 3_550, endedChildrenMs: 270 });
  });
});

describe('startCpuMeter', () => {
  it('gives null for a database and for processes that it cannot read', () => {
    const meter = startCpuMeter({ postmasterPid: undefined, servicePids: [2 ** 22 + 1], loadPids: [] });
    expect(meter.stop()).toMatchObject({ databaseMs: null, serviceMs: null });
  });

  it.runIf(process.platform === 'linux')('counts a process while it works', () => {
    const meter = startCpuMeter({ postmasterPid: undefined, servicePids: [], loadPids: [process.pid] });
    const before = process.cpuUsage();
    while (process.cpuUsage(before).user < 100_000) JSON.stringify({});
    expect(meter.stop().loadMs).toBeGreaterThan(50);
  });

  it.runIf(process.platform === 'linux')('counts a process that ended meanwhile, to its end', () => {
    const meter = startCpuMeter({ postmasterPid: undefined, servicePids: [], loadPids: [] });
    execFileSync(process.execPath, ['-e', 'while (process.cpuUsage().user < 200_000);']);
    expect(meter.stop().loadMs).toBeGreaterThanOrEqual(200);
  });
});

it('does not take another process for a postmaster', () => {
  expect(postmasterOf(process.pid)).toBeUndefined();
  expect(postgresMsOf([process.pid])).toBeNull();
  expect(postgresMsOf([])).toBeNull();
});

it('counts a session that ends during the reading', () => {
  const [postmaster, session] = [10, 11];
  let hasEnded = false;
  const processes = {
    // The session ends after the postmaster was read and before it is read itself.
    pids: () => {
      hasEnded = true;
      return [postmaster, session];
    },
    timesOf: (pid: number) => {
      if (pid === session) {
        return hasEnded ? undefined : { command: 'postgres', parent: 10, ownMs: 2_250, endedChildrenMs: 0 };
      }
      return { command: 'postgres', parent: 1, ownMs: 30, endedChildrenMs: hasEnded ? 2_450 : 200 };
    },
  };
  expect(databaseMsOf(postmaster, processes)).toBe(2_480);
});
