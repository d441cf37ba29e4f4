import { expect, it } from 'vitest';
import { createHttpCounts } from './http.ts';
import type { Family } from './family.ts';
import { createOperations } from './operations.ts';

async function samplesOf(families: readonly Family[], name: string): Promise<unknown> {
  return families.find((family) => family.name === name)?.samples();
}

it('never mixes outcomes and causes, and counts a replay apart', async () => {
  const { observer, families } = createOperations();
  const answers = [
    { outcome: 'held' },
    { outcome: 'held', replayed: true },
    { outcome: 'contended', cause: 'locked' },
    { outcome: 'contended', cause: '55P03' },
    { outcome: 'overloaded', cause: 'queue' },
    undefined,
  ] as const;
  for (const answer of answers) observer.answered('hold', answer, 4);
  const operation = 'hold';
  expect(await samplesOf(families, 'rowlock_operations_total')).toEqual([
    { labels: { operation, outcome: 'held' }, value: 2 },
    { labels: { operation, outcome: 'contended', cause: 'locked' }, value: 1 },
    { labels: { operation, outcome: 'contended', cause: '55P03' }, value: 1 },
    { labels: { operation, outcome: 'overloaded', cause: 'queue' }, value: 1 },
    { labels: { operation, outcome: 'internal' }, value: 1 },
  ]);
  expect(await samplesOf(families, 'rowlock_operation_replays_total')).toContainEqual({
    labels: { operation },
    value: 1,
  });
});

it('bounds its labels: unknown outcomes count nowhere, unknown causes as other', async () => {
  const { observer, families } = createOperations();
  for (const name of ['one', 'two']) {
    observer.answered('pay', { outcome: `made up ${name}` }, 1);
    observer.answered('pay', { outcome: 'contended', cause: `made up ${name}` } as never, 1);
  }
  expect(await samplesOf(families, 'rowlock_operations_total')).toEqual([
    { labels: { operation: 'pay', outcome: 'contended', cause: 'other' }, value: 2 },
  ]);
});

it('counts what no route matches as one, whatever its path and method', async () => {
  const { observer, families } = createHttpCounts();
  for (const method of ['GET', 'PUT']) observer.answered(method, undefined, 404, 'not_found');
  observer.answered('GET', '/v1/concerts', 200, 'ok');
  observer.answered('GET', '/v1/concerts', 429, 'rate_limited');
  expect(await samplesOf(families, 'rowlock_http_answers_total')).toEqual([
    { labels: { method: 'any', route: 'unmatched', status: '4xx' }, value: 2 },
    { labels: { method: 'GET', route: '/v1/concerts', status: '2xx' }, value: 1 },
    { labels: { method: 'GET', route: '/v1/concerts', status: '4xx' }, value: 1 },
  ]);
  expect(await samplesOf(families, 'rowlock_http_refusals_total')).toEqual([
    { labels: { outcome: 'not_found' }, value: 2 },
    { labels: { outcome: 'rate_limited' }, value: 1 },
  ]);
});
