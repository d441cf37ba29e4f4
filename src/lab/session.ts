/** A session of the lab, from the target to the files; both commands share it. */
import type { EndedRun } from './schedule.ts';
import type { StrategyResources } from '../operations/registry.ts';
import { withEnvironment } from './environment.ts';
import { claimsToJson } from './claims/format.ts';
import { testClaims } from './claims/claims.ts';
import type { ClaimsResult, LabObserver } from './claims/claims.ts';
import { compareToJson } from './compare/format.ts';
import { compareStrategies } from './compare/compare.ts';
import type { CompareResult, Grid } from './compare/compare.ts';
import type { Experiment, Scale } from './claims/experiment.ts';
import type { FindRateResult, RateGoal } from './find-rate/find-rate.ts';
import { findRates } from './find-rate/find-rate.ts';
import { ratesToJson } from './find-rate/format.ts';
import { ratesReport } from './find-rate/report.ts';
import type { Manifest } from './manifest.ts';
import { manifestOf } from './manifest.ts';
import { openMeasurement } from './measurement.ts';
import { planClaims, planComparison, planRates, wantsRedis } from './plan.ts';
import { withRedisLocks } from './redis.ts';
import type { Report } from './report/report.ts';
import { claimsReport, compareReport } from './report/report.ts';
import type { Environment } from './environment.ts';
import { withTarget } from './target.ts';
import type { Target } from './target.ts';

export interface SessionOptions {
  /** The user's server; without it an embedded one is started. */
  readonly databaseUrl: string | undefined;
  readonly redisUrl: string | undefined;
  readonly directory: string;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

export interface Progress {
  readonly onSchedule: (totalMs: number) => void;
  readonly onStart: (name: string) => void;
  readonly onRun: (estimateMs: number) => void;
}

/**
 * Tests claims and writes the measurement. Throws `MeasuringRefused`, `EmbeddedServerError` and file errors.
 */
export async function measureClaims(
  options: SessionOptions,
  experiments: readonly Experiment[],
  scale: Scale,
): Promise<ClaimsResult> {
  return measure(options, planClaims(experiments, scale).totalMs, false, {
    drawsRuns: true,
    manifest: { command: 'claims', options: { scale: scale.name, claims: experiments.map(({ id }) => id) } },
    measure: (environment, observer) => testClaims({ environment, experiments, scale, observer }),
    summary: (result) => ({
      ...(claimsToJson(result) as object),
      runs: Object.fromEntries(result.claims.map(({ id, runs }) => [id, runs])),
    }),
    report: claimsReport,
  });
}

/** Compares strategies and writes the measurement. Throws like `measureClaims`. */
export async function measureComparison(options: SessionOptions, grid: Grid): Promise<CompareResult> {
  return measure(options, planComparison(grid).totalMs, wantsRedis(grid), {
    drawsRuns: true,
    manifest: { command: 'compare', options: { ...grid } },
    measure: (environment, observer) => compareStrategies({ environment, grid, observer }),
    summary: compareToJson,
    report: compareReport,
  });
}

/** Searches for the rates that strategies sustain and writes the measurement. Throws like `measureClaims`. */
export async function measureRates(
  options: SessionOptions,
  grid: Grid,
  goal: RateGoal,
): Promise<FindRateResult> {
  return measure(options, planRates(grid, goal).totalMs, wantsRedis(grid), {
    drawsRuns: false,
    manifest: { command: 'compare', options: { ...grid, findRate: goal } },
    measure: (environment, observer) => findRates({ environment, grid, goal, observer }),
    summary: ratesToJson,
    report: ratesReport,
  });
}

interface Parts<Result> {
  /** Whether the report draws single runs; else their attempts, which may be millions, are not kept in memory. */
  readonly drawsRuns: boolean;
  readonly manifest: Pick<Manifest, 'command' | 'options'>;
  readonly measure: (environment: Environment, observer: LabObserver) => Promise<Result>;
  readonly summary: (result: Result) => unknown;
  readonly report: (result: Result, manifest: Manifest, runs: readonly EndedRun[]) => Report;
}

async function measure<
  Result extends Pick<ClaimsResult, 'interrupted'> & Partial<Pick<ClaimsResult, 'aaControl'>>,
>(options: SessionOptions, totalMs: number, needsRedis: boolean, parts: Parts<Result>): Promise<Result> {
  const { databaseUrl, redisUrl, directory, seed, signal, progress } = options;
  const startedAt = new Date();
  const withResources = <T>(work: (resources: StrategyResources) => Promise<T>): Promise<T> =>
    needsRedis ? withRedisLocks(redisUrl, (redisLocks) => work({ redisLocks })) : work({});
  const measureOn = async (target: Target, resources: StrategyResources): Promise<Result> => {
    const measurement = await openMeasurement(directory);
    const runs: EndedRun[] = [];
    const observer: LabObserver = {
      onStart: progress.onStart,
      onRun: (run) => {
        measurement.addRun(run);
        if (parts.drawsRuns) runs.push(run);
        progress.onRun(run.estimateMs);
      },
    };
    try {
      progress.onSchedule(totalMs);
      const result = await withEnvironment({ target, resources, seed, signal }, (environment) =>
        parts.measure(environment, observer),
      );
      const { aaControl, interrupted } = result;
      const manifest = manifestOf({ ...parts.manifest, seed, startedAt, aaControl, interrupted, target });
      const { html, plots } = parts.report(result, manifest, runs);
      await measurement.finish({ manifest, summary: parts.summary(result), report: html, plots });
      return result;
    } catch (error) {
      await measurement.abandon();
      throw error;
    }
  };
  return withResources((resources) => withTarget(databaseUrl, (target) => measureOn(target, resources)));
}
