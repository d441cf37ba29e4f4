import { expect, it } from 'vitest';
import { ConfigError } from '../../options/option.ts';
import { checkShares, connectionsNeeded, shareOf } from './shares.ts';

it('divides pool and waiting line, so that all together keep the bound', () => {
  expect(shareOf({ processes: 3, poolSize: 20, waitersMax: 100 })).toEqual({
    processes: 3,
    poolSize: 6,
    waitersMax: 33,
  });
  expect(shareOf({ processes: 8, poolSize: 8, waitersMax: 4 })).toMatchObject({ poolSize: 1, waitersMax: 1 });
  expect(shareOf({ processes: 1, poolSize: 20, waitersMax: 100 })).toEqual({
    processes: 1,
    poolSize: 20,
    waitersMax: 100,
  });
});

it('counts the connections of all processes', () => {
  // The pool, one for live seats, one for an import.
  expect(connectionsNeeded({ processes: 1, poolSize: 20, waitersMax: 1 })).toBe(22);
  // Two pools of 10 with one for live seats each, the same once more during a restart, the parent's 2, an import's 1.
  expect(connectionsNeeded({ processes: 2, poolSize: 20, waitersMax: 1 })).toBe(36);
  // And those of the metrics.
  expect(connectionsNeeded({ processes: 1, poolSize: 20, waitersMax: 1, metricsPort: 0 })).toBe(24);
});

it('refuses a pool in which a process would get no connection', () => {
  expect(() => checkShares({ processes: 21, poolSize: 20, waitersMax: 1 })).toThrow(
    new ConfigError(
      'ROWLOCK_POOL_SIZE (20) must be at least ROWLOCK_PROCESSES (21): each process needs a connection',
    ),
  );
  expect(() => checkShares({ processes: 20, poolSize: 20, waitersMax: 1 })).not.toThrow();
});
