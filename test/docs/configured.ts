/** Where the figures that documents write by hand come from: constants of the code, in ms, bytes, %, times or seats. */
import { NOISE_BOUNDS } from '../../src/bench/report/trust.ts';
import { CANONICAL } from '../../src/bench/workloads/sizes.ts';
import { HOLD_BUDGET } from '../../src/box-office/buyer/unpaid-holds.ts';
import { REQUEST_DEADLINE_MS } from '../../src/box-office/deadline.ts';
import { SEATS_PER_HOLD_MAX } from '../../src/box-office/input-rules.ts';
import { WATCH_INTERVAL_MS } from '../../src/box-office/servers/open-halls.ts';
import { SESSION_FRESH_MS } from '../../src/box-office/identity/known-sessions.ts';
import { LIMITS, PERFORMANCE_DEFAULTS } from '../../src/catalogue/import/document/document.ts';
import { DATABASE_DEFAULTS } from '../../src/db/database.ts';
import { HEADER_BYTES_MAX, HTTP_LIMITS, RATES } from '../../src/http/edge/limits.ts';
import { SECRET_BYTES_MIN } from '../../src/http/edge/tokens/auth-config.ts';
import { LEEWAY_SECONDS } from '../../src/http/edge/tokens/claims.ts';
import { CLOCK_TOLERANCE_SECONDS, ISSUER_TIMEOUT_SECONDS } from '../../src/http/sign-in/provider.ts';
import { SESSION_DAYS, SESSION_IDLE_HOURS } from '../../src/identity/sessions.ts';
import { SIGN_IN_SECONDS_MAX } from '../../src/identity/used-sign-ins.ts';
import { PROBE_SECONDS, RATE_MIN } from '../../src/lab/find-rate/find-rate.ts';
import { GROWTH_MAX } from '../../src/lab/find-rate/probe.ts';
import { RESOLUTION } from '../../src/lab/find-rate/search.ts';
import { CONFIDENCE, overRuns } from '../../src/lab/statistics.ts';
import { LEASE_SECONDS } from '../../src/operations/cancel.ts';
import { LEASE_SECONDS as ATTEMPT_LEASE_SECONDS } from '../../src/operations/pay/settlement/live-attempts.ts';
import { FREE_RELEASE_SECONDS } from '../../src/operations/release.ts';
import { retryDelayMs } from '../../src/operations/wrappers/retry.ts';
import { SLOW_4G } from '../e2e/page-load.ts';
import { read } from './documents.ts';

/** A constant, several that are the same, or a sentence that says why no constant decides it. */
type Origin = number | readonly number[] | string;

/** A constant, property or default with this name that its file does not export. */
function constant(path: string, name: string): number {
  const [, value] = new RegExp(`\\b${name}(?: =|:)(?: [\\w.]+ \\?\\?)? ([\\d_.]+)\\b`).exec(read(path)) ?? [];
  if (value === undefined) throw new Error(`${path} has no number ${name}`);
  return Number(value.replaceAll('_', ''));
}

const SECOND_MS = 1_000;
const SEEN_TAKEN_MS = constant('src/seats/taken.ts', 'MEMORY_MS');
const POLL_MS = constant('src/seats/taken.ts', 'OBSERVE_AFTER_MS');
const BRIEF_WAIT_MS = constant('src/operations/groups/group-strategy.ts', 'BRIEF_WAIT_MS');
const CAUSE_TOLD_FOR_MS = constant('src/http/edge/log/refusals.ts', 'CAUSE_TOLD_FOR_MS');
const SWEEP_MS = constant('src/box-office/servers/open-server.ts', 'SWEEP_INTERVAL_MS');
const TIMEOUTS = 'src/lab/claims/c05-c06-timeouts/experiment.ts';
const REDIS = 'src/operations/wrappers/redis-locks.ts';
const CROWD = 'src/bench/workloads/crowd.ts';
const FSYNC = 'src/load/fsync-latency.ts';
const PAGE_SPEED = 'test/measure/page-speed.ts';

/** By the English page; its translation has the same figures. */
export const CONFIGURED: Readonly<Record<string, Readonly<Record<string, Origin>>>> = {
  'ARCHITECTURE.md': {
    'ten seconds': constant('src/catalogue/seat-map/seat-map.ts', 'REFRESH_AFTER_MS'),
    '100 ms': BRIEF_WAIT_MS,
    '250 ms': WATCH_INTERVAL_MS,
    '500 ms': WATCH_INTERVAL_MS * constant('src/seats/watching.ts', 'STRETCH_MAX'),
    'five minutes': constant('src/box-office/operator/activity.ts', 'WINDOW_SECONDS') * SECOND_MS,
  },
  'docs/analysis.md': {
    '5 s': constant(TIMEOUTS, 'TIMEOUT_MS'),
    '500 ms': constant(TIMEOUTS, 'WORK_MS'),
  },
  'docs/benchmark.md': {
    '50,000 seats': CANONICAL.crowdRows,
    'four times': constant(CROWD, 'REQUESTS_PER_SEAT'),
    '32 times': constant('src/bench/workloads/crowd-growth.ts', 'REQUESTS_PER_SEAT'),
    '95 %': CONFIDENCE * 100,
    '8 kB': constant(FSYNC, 'WRITE_BYTES'),
    '1 s': constant(FSYNC, 'DURATION_MS'),
    '15 %': NOISE_BOUNDS.aaDifference * 100,
    '1.5 times': constant('src/load/spread.ts', 'fence'),
  },
  'docs/box-office.md': {
    '562 ms': Math.floor(SLOW_4G.latencyMs),
    '1.5 Mbit/s': Number((SLOW_4G.downKbps / 1_000).toFixed(1)),
    'four times': SLOW_4G.cpuSlowdown,
    '2,500 ms': constant(PAGE_SPEED, 'lcpMs'),
    '200 ms': constant(PAGE_SPEED, 'longestTaskMs'),
  },
  'docs/catalogue.md': {
    'two seats': 'neighbours',
    '500,000 seats': LIMITS.seats,
    '100,000 seats': LIMITS.seatsPerVenue,
    '500 seats': LIMITS.seatsPerRow,
    '2,000,000 seats': LIMITS.seatsOnSale,
  },
  'docs/operating/sign-in.md': {
    '12 hours': SESSION_IDLE_HOURS * 3_600 * SECOND_MS,
    '7 days': SESSION_DAYS * 86_400 * SECOND_MS,
    '10 minutes': SIGN_IN_SECONDS_MAX * SECOND_MS,
    '5 seconds': [SESSION_FRESH_MS, ISSUER_TIMEOUT_SECONDS * SECOND_MS],
    '30 seconds': CLOCK_TOLERANCE_SECONDS * SECOND_MS,
  },
  'docs/configuration.md': {
    '32 bytes': SECRET_BYTES_MIN,
    '20 seats': SEATS_PER_HOLD_MAX,
    'ten times': RATES.address.burst / RATES.address.perSecond,
  },
  'docs/errors/contended.md': { 'ten seconds': CAUSE_TOLD_FOR_MS },
  'docs/errors/hold_budget_exceeded.md': {
    '8 times': PERFORMANCE_DEFAULTS.seatLimit,
    '3 times': [PERFORMANCE_DEFAULTS.holdBudget, HOLD_BUDGET],
    '20 seats': SEATS_PER_HOLD_MAX,
    '30 seconds': FREE_RELEASE_SECONDS * SECOND_MS,
  },
  'docs/errors/invalid_request.md': {
    '64 kB': HTTP_LIMITS.bodyLimitBytes,
    '20 MB': HTTP_LIMITS.importLimitBytes,
    '16 kB': HEADER_BYTES_MAX,
  },
  'docs/errors/outcome_unknown.md': {
    'ten seconds': constant('src/operations/lost-commit.ts', 'RESOLVE_MS'),
  },
  'docs/errors/seat_taken.md': { '200 ms': SEEN_TAKEN_MS },
  'docs/errors/unauthenticated.md': { 'ten seconds': [CAUSE_TOLD_FOR_MS, LEEWAY_SECONDS * SECOND_MS] },
  'docs/group-execution.md': {
    '5 ms': constant('src/operations/groups/scheduler.ts', 'TURN_MS'),
    '200 ms': [SEEN_TAKEN_MS, constant('src/operations/hold/grouped/crowd.ts', 'OBSERVATION_WAIT_MS')],
    '190 ms': POLL_MS,
    '100 ms': BRIEF_WAIT_MS,
    '3 s': DATABASE_DEFAULTS.lockTimeoutMs,
    '5 s': [DATABASE_DEFAULTS.acquireTimeoutMs, DATABASE_DEFAULTS.statementTimeoutMs],
    '10 s': REQUEST_DEADLINE_MS,
    'twenty times': constant('test/faults/kill-grouped.pg.test.ts', 'KILLS'),
  },
  'docs/http-api.md': {
    '20 seats': SEATS_PER_HOLD_MAX,
    '64 kB': HTTP_LIMITS.bodyLimitBytes,
    '20 MB': HTTP_LIMITS.importLimitBytes,
    '100,000 seats': LIMITS.seatsPerVenue,
    'five minutes': constant('src/box-office/operator/activity.ts', 'WINDOW_SECONDS') * SECOND_MS,
  },
  'docs/lab.md': {
    '95 %': CONFIDENCE * 100,
    '100 %': 'the largest share',
    '94 %': medianConfidence(5),
    '88 %': medianConfidence(4),
    '75 %': medianConfidence(3),
    '50 %': medianConfidence(2),
    '99 %': 'what p99 means',
    '2 %': GROWTH_MAX * 100,
    '5 %': (RESOLUTION - 1) * 100,
    '20/s': RATE_MIN,
    'two times': 'doubling',
    'six times': 'a number of repeats, `--repeats`',
    'two seconds': PROBE_SECONDS * SECOND_MS,
  },
  'docs/library.md': {
    '40 MB': constant('test/package/installed.pg.test.ts', 'INSTALLED_MB_MAX') * 1_024 ** 2,
  },
  'docs/operating/README.md': {
    'ten seconds': [HTTP_LIMITS.closeTimeoutMs, CAUSE_TOLD_FOR_MS],
    'two seconds': [
      constant('src/box-office/ready.ts', 'PROBED_FOR_MS'),
      constant('src/operations/cancel.ts', 'LOCK_TIMEOUT_MS'),
    ],
    'one minutes': constant('src/commands/serve/pace.ts', 'PAUSE_MS_MAX'),
    'five seconds': SWEEP_MS,
    'fifteen seconds': LEASE_SECONDS * SECOND_MS + SWEEP_MS,
  },
  'docs/operating/alerts.md': {
    '15 minutes': constant('src/audit/checks/settlement.ts', 'ATTEMPT_MINUTES_MAX') * 60 * SECOND_MS,
    '30 seconds': ATTEMPT_LEASE_SECONDS * SECOND_MS,
  },
  'docs/operating/monitor.md': {
    'two per cent': 100 / constant('src/box-office/figures/seat-counts.ts', 'REST'),
  },
  'docs/operating/scale.md': { 'ten seconds': HTTP_LIMITS.closeTimeoutMs },
  'docs/strategies/grouped.md': {
    '100 ms': BRIEF_WAIT_MS,
    '190 ms': POLL_MS,
    '200 ms': SEEN_TAKEN_MS,
    'three times': constant('src/operations/groups/scheduler.ts', 'REPEATS_MAX'),
  },
  'docs/strategies/redis-lock.md': {
    'ten seconds': constant(REDIS, 'LOCK_TTL_MS'),
    'three seconds': constant(REDIS, 'ACQUIRE_TIMEOUT_MS'),
    '20 ms': constant(REDIS, 'POLL_INTERVAL_MS'),
  },
  'docs/strategies/retry.md': {
    '4 ms': retryDelayMs(1, () => 1),
    '200 ms': retryDelayMs(100, () => 1),
    'two times': 'doubling',
  },
};

/** In whole per cent, of the interval of a median over so many runs. */
function medianConfidence(runs: number): number {
  const values = Array.from({ length: runs }, (_, i) => i);
  return Math.round((overRuns(values).medianInterval?.confidence ?? 0) * 100);
}
