/**
 * Finding a strategy by its name. A name is a core strategy's, with wrappers joined by `+`: a lock before it,
 * `retry` after it, as in `optimistic+retry`, `advisory-lock+optimistic` or `redis-lock+atomic+retry`.
 */
import type { TopUpStrategy } from './top-up/top-up.ts';
import { TOP_UP_STRATEGIES, topUpKeys } from './top-up/strategies.ts';
import type { HoldStrategy } from './hold/hold.ts';
import { HOLD_STRATEGIES, holdKeys } from './hold/strategies.ts';
import type { PayStrategy } from './pay/pay.ts';
import { PAY_STRATEGIES, payKeys } from './pay/strategies.ts';
import type { Outcome, Refusal } from '../domain/outcomes.ts';
import type { Strategy } from './strategy.ts';
import { advisoryLock } from './wrappers/advisory-lock.ts';
import { redisLock } from './wrappers/redis-lock.ts';
import type { RedisLocks } from './wrappers/redis-lock.ts';
import { retry } from './wrappers/retry.ts';

/** A name that names no strategy, or one that can't be opened here. The message is one line for an operator. */
export class StrategyRefused extends Error {}

/** What strategies may need beyond the database. */
export interface StrategyResources {
  /** Where there is a Redis, its locks; without it `redis-lock` is refused. */
  readonly redisLocks?: RedisLocks | undefined;
}

/** The top-up strategy of that name. Throws `StrategyRefused`. */
export function topUpStrategyNamed(name: string, resources: StrategyResources = {}): TopUpStrategy {
  return named('topUp', TOP_UP_STRATEGIES, topUpKeys, name, resources);
}

/** The hold strategy of that name. Throws `StrategyRefused`. */
export function holdStrategyNamed(name: string, resources: StrategyResources = {}): HoldStrategy {
  return named('hold', HOLD_STRATEGIES, holdKeys, name, resources);
}

/** The pay strategy of that name. Throws `StrategyRefused`. */
export function payStrategyNamed(name: string, resources: StrategyResources = {}): PayStrategy {
  return named('pay', PAY_STRATEGIES, payKeys, name, resources);
}

function named<Command, Success extends Outcome, Refused extends Refusal>(
  operation: string,
  cores: readonly Strategy<Command, Success, Refused>[],
  keysOf: (command: Command) => readonly string[],
  name: string,
  resources: StrategyResources,
): Strategy<Command, Success, Refused> {
  const [, lock, coreName, retried] = /^(?:([a-z]+-lock)\+)?([a-z-]+?)(\+retry)?$/.exec(name) ?? [];
  const core = cores.find((strategy) => strategy.name === coreName);
  if (core === undefined) {
    const names = cores.map((strategy) => strategy.name).join(', ');
    throw new StrategyRefused(
      `${operation} has no strategy ${JSON.stringify(name)}; there are ${names}, each with "advisory-lock+" or "redis-lock+" before it and "+retry" after it`,
    );
  }
  if (lock !== undefined && core.groups === true) {
    throw new StrategyRefused(
      `${operation}: "${core.name}" decides many requests in one transaction, so no lock of one request goes before it`,
    );
  }
  const locked = lock === undefined ? core : withLock(lock, core, keysOf, resources);
  return retried === undefined ? locked : retry(locked);
}

function withLock<Command, Success extends Outcome, Refused extends Refusal>(
  lock: string,
  core: Strategy<Command, Success, Refused>,
  keysOf: (command: Command) => readonly string[],
  resources: StrategyResources,
): Strategy<Command, Success, Refused> {
  if (lock === 'advisory-lock') return advisoryLock(core, keysOf);
  if (lock !== 'redis-lock') {
    throw new StrategyRefused(`there is no lock "${lock}"; there are advisory-lock, redis-lock`);
  }
  if (resources.redisLocks === undefined) {
    throw new StrategyRefused('redis-lock needs a Redis: give its address as ROWLOCK_REDIS_URL');
  }
  return redisLock(core, keysOf, resources.redisLocks);
}
