/** What `rowlock serve` tells Prometheus, with one process and with two. */
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { plantPerformance } from '../../../../test/support/catalogue.ts';
import { useDatabase } from '../../../../test/support/database.ts';
import { sendAlone, startProcesses, tokenFor } from '../../../../test/support/processes.ts';
import { itWithPrometheus, promtool, scrape, valueOf } from '../../../../test/support/prometheus.ts';
import {
  endRowlockProcesses,
  eventually,
  runRowlock,
  servingProcesses,
} from '../../../../test/support/rowlock-process.ts';
import type { Service } from '../../../../test/support/rowlock-process.ts';

endRowlockProcesses();
const database = useDatabase();

async function start(processes: string): Promise<Service & { readonly metrics: string }> {
  const service = await startProcesses(database.url, {
    ROWLOCK_PROCESSES: processes,
    ROWLOCK_METRICS_PORT: '0',
  });
  const [, metrics = ''] = await service.printed(/metrics +(http:\S+)/);
  return { ...service, metrics };
}

/** Tops up ten times, once without a token, holds a seat twice with one key, and wants it for another account. */
async function work(service: Service, performanceId: string): Promise<void> {
  const topUp = { method: 'POST', path: '/v1/wallet/top-ups', body: { amount: 5 } } as const;
  for (let i = 0; i < 10; i += 1) {
    const key = `${performanceId}-${i}`;
    expect((await sendAlone(service, { ...topUp, token: tokenFor('anna'), key })).status).toBe(201);
  }
  expect((await sendAlone(service, { ...topUp, key: 'none' })).status).toBe(401);
  const path = `/v1/performances/${performanceId}/reservations`;
  const hold = { method: 'POST', path, key: 'hold', body: { seats: ['A-1-1'] } } as const;
  for (const [account, status] of [
    ['anna', 201],
    ['anna', 201],
    ['bert', 409],
  ] as const) {
    expect((await sendAlone(service, { ...hold, token: tokenFor(account) })).status).toBe(status);
  }
}

describe.each(['1', '2'])('the metrics of a service with %s processes', (processes) => {
  it('are what the service did', async () => {
    const performanceId = await plantPerformance(database);
    const service = await start(processes);
    await eventually(
      async () => valueOf((await scrape(service.metrics)).samples, 'rowlock_audit_violations') === 0,
    );
    await work(service, performanceId);
    const { samples, text } = await scrape(service.metrics);
    const value = (name: string, labels?: Record<string, string>): number | undefined =>
      valueOf(samples, `rowlock_${name}`, labels);

    expect(value('operations_total', { operation: 'top_up', outcome: 'topped_up' })).toBe(10);
    expect(value('operations_total', { operation: 'hold', outcome: 'held' })).toBe(2);
    expect(value('operations_total', { operation: 'hold', outcome: 'seat_taken' })).toBe(1);
    expect(value('operations_total')).toBe(13);
    expect(value('operation_duration_seconds_count')).toBe(13);
    expect(value('operation_replays_total', { operation: 'hold' })).toBe(1);
    const route = '/v1/wallet/top-ups';
    expect(value('http_answers_total', { method: 'POST', route, status: '2xx' })).toBe(10);
    expect(value('http_answers_total', { method: 'POST', route, status: '4xx' })).toBe(1);
    expect(value('http_refusals_total', { outcome: 'unauthenticated' })).toBe(1);
    expect(value('http_refusals_total', { outcome: 'seat_taken' })).toBe(1);
    // A sum of sizes is the number of members; the refused one may have needed no group.
    expect(value('group_size_sum', { operation: 'top_up' })).toBe(10);
    expect(value('group_wait_seconds_count', { operation: 'top_up' })).toBe(10);
    expect(value('connection_wait_seconds_count')).toBeGreaterThan(10);
    expect(value('commit_duration_seconds_count')).toBeGreaterThan(10);

    // Database-wide values are there once, whatever the number of processes.
    expect(value('database_up')).toBe(1);
    expect(value('ready')).toBe(1);
    expect(value('build_info')).toBe(1);
    expect(value('processes')).toBe(Number(processes));
    expect(value('process_restarts_total')).toBe(0);
    expect(value('seats', { performance: performanceId })).toBe(10);
    expect(value('audits_total', { result: 'completed' })).toBe(1);
    expect(
      samples.every((sample) => sample.name.startsWith('rowlock_') && Number.isFinite(sample.value)),
    ).toBe(true);
    const series = samples.map(({ name, labels }) => `${name} ${JSON.stringify(labels)}`);
    expect(new Set(series).size).toBe(series.length);

    expect((await fetch(service.metrics.replace('/metrics', '/'))).status).toBe(404);
    expect((await fetch(service.metrics, { method: 'POST' })).status).toBe(405);
    expect((await fetch(service.metrics)).headers.get('content-type')).toMatch(
      /^text\/plain; version=0\.0\.4/,
    );
    service.kill('SIGTERM');
    expect((await service.ended).code).toBe(0);
    lastText = text;
  });

  itWithPrometheus('keep to the rules of Prometheus', () => {
    expect(promtool(['check', 'metrics'], lastText)).toBe('');
  });
});

let lastText = '';

it('count on when processes are replaced or die', async () => {
  const performanceId = await plantPerformance(database);
  const service = await start('2');
  await work(service, performanceId);
  const value = async (name: string): Promise<number | undefined> =>
    valueOf((await scrape(service.metrics)).samples, `rowlock_${name}`);
  expect(await value('operations_total')).toBe(13);

  service.kill('SIGHUP');
  await service.printed(/every process has been replaced/);
  expect(await value('operations_total')).toBe(13);
  expect(await value('process_restarts_total')).toBe(0);

  const [victim] = servingProcesses(service);
  process.kill(victim!, 'SIGKILL');
  await eventually(async () => (await value('process_restarts_total')) === 1);
  await eventually(async () => (await value('processes')) === 2);
  expect(await value('operations_total')).toBe(13);
  service.kill('SIGTERM');
  await service.ended;
});

it('are not there without a port, and a taken one is named', async () => {
  const env = {
    DATABASE_URL: database.url,
    ROWLOCK_JWT_SECRET: 'a secret of the tests, 32 bytes and more',
    PORT: '0',
  };
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const ended = await runRowlock(['serve', '--metrics-port', String(port)], { env });
  other.close();
  expect(ended).toEqual({
    code: 1,
    stdout: '',
    stderr: `rowlock: port ${port} of 127.0.0.1 is taken; stop the program that uses it or choose another ROWLOCK_METRICS_PORT\n`,
  });
  const without = await startProcesses(database.url, { ROWLOCK_PROCESSES: '1' });
  without.kill('SIGTERM');
  const { stdout } = await without.ended;
  expect(stdout).not.toContain('/metrics');
});
