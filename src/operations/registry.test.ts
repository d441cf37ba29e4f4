import { describe, expect, it } from 'vitest';
import { TOP_UP_STRATEGIES } from './top-up/strategies.ts';
import { HOLD_STRATEGIES } from './hold/strategies.ts';
import { topUpStrategyNamed, holdStrategyNamed, payStrategyNamed, StrategyRefused } from './registry.ts';
import type { StrategyResources } from './registry.ts';
import { PAY_STRATEGIES } from './pay/strategies.ts';
import type { RedisLocks } from './wrappers/redis-lock.ts';

const redisLocks: RedisLocks = { acquire: async () => undefined, close: async () => undefined };

interface Named {
  readonly name: string;
  readonly contention: string;
  readonly use: string;
  readonly groups?: boolean;
  readonly retries?: boolean;
  readonly detects: string;
}
type Find = (name: string, resources?: StrategyResources) => Named;

const OPERATIONS: readonly (readonly [string, Find, readonly Named[]])[] = [
  ['topUp', topUpStrategyNamed, TOP_UP_STRATEGIES],
  ['hold', holdStrategyNamed, HOLD_STRATEGIES],
  ['pay', payStrategyNamed, PAY_STRATEGIES],
];

function refusalOf(find: () => unknown): string {
  try {
    find();
  } catch (error) {
    if (error instanceof StrategyRefused) return error.message;
    throw error;
  }
  throw new Error('it was not refused');
}

describe.each(OPERATIONS)('a %s strategy', (operation, find, cores) => {
  it.each(cores.map((core) => [core.name, core] as const))('is found by its name: %s', (name, core) => {
    expect(find(name)).toBe(core);
  });

  it.each(
    cores.flatMap((core) =>
      (core.groups !== true ? ['', 'advisory-lock+', 'redis-lock+'] : ['']).flatMap((lock) =>
        ['', '+retry'].map((retried) => [`${lock}${core.name}${retried}`, core] as const),
      ),
    ),
  )('is found with its wrappers, and is named and used as its core is: %s', (name, { contention, use }) => {
    expect(find(name, { redisLocks })).toMatchObject({ name, contention, use });
  });

  it.each(
    cores
      .filter(({ groups }) => groups !== true)
      .flatMap((core) =>
        [`advisory-lock+${core.name}`, `${core.name}+retry`].map((name) => [name, core] as const),
      ),
  )('tries again what a serializable transaction could not finish, and nothing else: %s', (name, core) => {
    expect(core.retries === true).toBe(core.detects === 'serializable');
    expect(find(name, { redisLocks }).retries === true).toBe(
      core.retries === true || name.endsWith('+retry'),
    );
  });

  it.each(['advisory-lock+grouped', 'redis-lock+grouped+retry'])(
    'takes no lock of one request before a group: %s',
    (name) => {
      expect(refusalOf(() => find(name, { redisLocks }))).toContain(
        'decides many requests in one transaction',
      );
    },
  );

  it.each([
    '',
    ' ',
    'retry',
    '+retry',
    'optimistic+',
    'optimistic +retry',
    'Optimistic',
    'optimistic+retry+retry',
    'retry+optimistic',
    'optimistic+advisory-lock',
    'advisory-lock',
    'advisory-lock+',
    'advisory-lock+retry',
    'advisory-lock+advisory-lock+optimistic',
    'advisory-lock+redis-lock+optimistic',
    'optimistic,pessimistic',
    'grouped-by-nobody',
    'constructor',
  ])('is refused in one line that says what there is: "%s"', (name) => {
    const message = refusalOf(() => find(name, { redisLocks }));
    expect(message).not.toMatch(/[\r\n]/);
    expect(message).toContain(`${operation} has no strategy "${name}"`);
    for (const core of cores) expect(message).toContain(core.name);
    for (const wrapper of ['advisory-lock+', 'redis-lock+', '+retry']) expect(message).toContain(wrapper);
  });

  it('is refused with a lock that there is not', () => {
    expect(refusalOf(() => find('file-lock+optimistic', { redisLocks }))).toBe(
      'there is no lock "file-lock"; there are advisory-lock, redis-lock',
    );
  });

  it('is refused with redis-lock where there is no Redis, in a line that says how to give one', () => {
    for (const name of ['redis-lock+atomic', 'redis-lock+atomic+retry']) {
      expect(refusalOf(() => find(name))).toBe(
        'redis-lock needs a Redis: give its address as ROWLOCK_REDIS_URL',
      );
    }
  });
});

it('knows the strategies of one operation only', () => {
  expect(refusalOf(() => topUpStrategyNamed('constraint'))).toContain('topUp has no strategy');
  expect(refusalOf(() => holdStrategyNamed('guard-last'))).toContain('hold has no strategy');
  expect(refusalOf(() => payStrategyNamed('constraint'))).toContain('pay has no strategy');
});
