/** What `--dry-run` prints. */
import Table from 'cli-table3';
import { wrapped } from '../../lab/claims/format.ts';
import { MEASUREMENT_FILES } from '../../lab/measurement.ts';
import type { Plan } from '../../lab/plan.ts';
import { firstOf } from '../shared/database-address.ts';
import { counted } from '../shared/terminal.ts';
import { durationText } from './progress.ts';

export interface PlanContext {
  readonly databaseUrl: string | undefined;
  readonly redisUrl: string | undefined;
  readonly needsRedis: boolean;
  readonly directory: string;
  readonly json: string | undefined;
  readonly csv: string | undefined;
}

const COLUMNS = 100;

/** The plan in at most 100 columns, but for names of files. It repeats no password. */
export function formatPlan({ parts, totalMs, isMost, bounds }: Plan, context: PlanContext): string {
  const table = new Table({
    head: ['', 'Strategies', 'Settings', 'Runs', 'About'],
    colWidths: [30, 38, 8, 7, 12],
    colAligns: ['left', 'left', 'right', 'right', 'right'],
    wordWrap: true,
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  for (const { name, strategies, settings, runs, estimateMs } of parts)
    table.push([name, strategies.join(', '), settings, runs, durationText(estimateMs)]);
  const runs = parts.reduce((sum, part) => sum + part.runs, 0);
  const sentences = [
    `In all ${isMost ? 'at most ' : ''}${counted(runs, 'run')}, about ${durationText(totalMs)}; a busy machine takes longer.`,
    ...bounds,
    `It would work on ${placeOf(context)}.`,
    ...(context.needsRedis ? [redisOf(context)] : []),
  ];
  return [
    'Dry run: nothing is measured, no database is touched and no file is written.',
    table.toString(),
    ...sentences.flatMap((sentence) => wrapped(sentence, COLUMNS)),
    'It would write:',
    `    ${context.directory}/ (${MEASUREMENT_FILES.join(', ')})`,
    ...[context.json, context.csv].filter((file) => file !== undefined).map((file) => `    ${file}`),
  ].join('\n');
}

function placeOf({ databaseUrl }: PlanContext): string {
  if (databaseUrl === undefined)
    return 'an embedded PostgreSQL in a temporary directory, which it removes afterwards';
  const { host, pathname } = new URL(firstOf(databaseUrl));
  const server = host === '' ? 'localhost' : host;
  return `the database ${pathname.slice(1)} at ${server}, in a schema of its own, which it drops afterwards`;
}

function redisOf({ redisUrl }: PlanContext): string {
  return redisUrl === undefined
    ? 'It would start a redis-server from the PATH, and stop it afterwards.'
    : `It would take locks in the Redis at ${new URL(redisUrl).host}.`;
}
