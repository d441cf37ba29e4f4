/** The alerts and the dashboard, against the metrics of a running service. */
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { read, ROOT } from '../docs/documents.ts';
import { plantPerformance } from '../support/catalogue.ts';
import { useDatabase } from '../support/database.ts';
import { until } from '../support/gate.ts';
import { sendAlone, startProcesses, tokenFor } from '../support/processes.ts';
import type { Prometheus } from '../support/prometheus.ts';
import { describeWithPrometheus, promtool, scrape, startPrometheus } from '../support/prometheus.ts';
import { endRowlockProcesses } from '../support/rowlock-process.ts';
import type { Service } from '../support/rowlock-process.ts';

const ALERTS = 'deploy/prometheus/alerts.yml';
const CONFIG = 'deploy/prometheus/prometheus.yml';
const TESTS = 'deploy/prometheus/alerts.test.yml';

interface Alert {
  readonly name: string;
  readonly text: string;
  readonly expression: string;
}

/** The alerts as the file writes them. */
const alerts: readonly Alert[] = read(ALERTS)
  .split(/^ +- alert: /m)
  .slice(1)
  .map((text) => {
    const [, inline, block] = /^ +expr: (?:\|\n((?: {10}.*\n)+)|(.*)\n)/m.exec(text)!;
    return { name: text.split('\n')[0]!, text, expression: (inline ?? block)!.trim() };
  });

const dashboard = JSON.parse(read('deploy/grafana/dashboard.json')) as {
  readonly panels: readonly {
    readonly title: string;
    readonly targets?: readonly { readonly expr: string }[];
  }[];
};

/** The dashboard's queries, with Grafana's variables filled in. */
const queries = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr }) => ({
    title,
    expression: expr.replaceAll('$__rate_interval', '1m').replaceAll(/\$(instance|performance)\b/g, '.*'),
  })),
);

describe('the alerts', () => {
  it('have each a severity, a summary, and a section that says what it means and what to do', () => {
    expect(alerts.length).toBeGreaterThan(15);
    const page = read('docs/operating/alerts.md');
    const sections = new Map(
      page
        .split(/^### /m)
        .slice(1)
        .map((section) => [section.split('\n')[0]!, section]),
    );
    for (const { name, text } of alerts) {
      expect(text).toMatch(/^ +severity: (page|ticket)$/m);
      expect(text).toMatch(/^ +summary: '.+'$/m);
      expect(text).toContain(`runbook_url: docs/operating/alerts.md#${name.toLowerCase()}\n`);
      const severity = /severity: (\w)(\w+)/.exec(text)!;
      const section = sections.get(name);
      expect(section, name).toContain(`*${severity[1]!.toUpperCase()}${severity[2]}.*`);
      expect(section).toMatch(/\*\*Look:\*\*[^]+\*\*Do:\*\*/);
    }
    expect([...sections.keys()].toSorted()).toEqual(alerts.map(({ name }) => name).toSorted());
  });

  it('have each a test in which they fire, and one in which they do not', () => {
    const tests = read(TESTS);
    for (const { name } of alerts) {
      expect(tests).toContain(`- name: ${name} fires\n`);
      expect(tests).toContain(`- name: ${name} does not fire\n`);
    }
  });
});

describeWithPrometheus('Prometheus', () => {
  endRowlockProcesses();
  const database = useDatabase();
  let service: Service;
  let metrics = '';
  let prometheus: Prometheus;
  let performanceId = '';

  beforeAll(async () => {
    performanceId = await plantPerformance(database, { price: 1_000 });
    service = await startProcesses(database.url, {
      ROWLOCK_METRICS_PORT: '0',
      ROWLOCK_AUDIT_INTERVAL_MS: '500',
    });
    [, metrics = ''] = await service.printed(/metrics +(http:\S+)/);
    const config = read(CONFIG)
      .replaceAll('15s', '1s')
      .replace('127.0.0.1:9464', new URL(metrics).host)
      .replace('- alerts.yml', `- ${join(ROOT, ALERTS)}`);
    prometheus = await startPrometheus(config);
    await buy(service, performanceId);
  });
  afterAll(async () => {
    await prometheus?.stop();
    service.kill('SIGTERM');
    await service.ended;
  });

  it('accepts the alerts and its configuration, and passes the tests of the alerts', () => {
    expect(promtool(['check', 'config', join(ROOT, CONFIG)])).toContain('SUCCESS');
    expect(promtool(['check', 'rules', join(ROOT, ALERTS)])).toContain(`${alerts.length} rules found`);
    expect(promtool(['test', 'rules', join(ROOT, TESTS)])).toContain('SUCCESS');
    expect(dirname(ALERTS)).toBe(dirname(TESTS));
  });

  it('knows every metric that alerts and dashboard name', async () => {
    const { text } = await scrape(metrics);
    const families = [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].flatMap(([, name, type]) =>
      type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name!],
    );
    const named = [
      ...alerts.map(({ expression }) => expression),
      ...queries.map(({ expression }) => expression),
    ]
      .flatMap((expression) => expression.match(/\browlock_\w+/g) ?? [])
      .filter((name) => !families.includes(name));
    expect(named).toEqual([]);
  });

  it.each(['docs/operating/monitor.md', 'docs/operating/monitor.ko.md'])(
    'gets nothing that %s does not list',
    async (path) => {
      const page = read(path);
      const { text } = await scrape(metrics);
      const names = [...text.matchAll(/^# TYPE rowlock_(\w+) /gm)].map(([, name]) => name!);
      const listed = (name: string): boolean =>
        new RegExp(`\`${name}[\`{]`).test(page) || page.includes(`\`${name.split('_')[0]}_…\``);
      expect(names.filter((name) => !listed(name))).toEqual([]);
    },
  );

  it('gets samples for every query of the dashboard', async () => {
    let without = queries;
    await until(async () => {
      const found = await Promise.all(without.map(({ expression }) => prometheus.query(expression)));
      without = without.filter((_, i) => found[i]!.length === 0);
      return without.length === 0;
    }).catch(() => undefined);
    expect(without).toEqual([]);
    const [paid] = await prometheus.query('sum(rowlock_operations_total{outcome="paid"})');
    expect(paid).toMatchObject({ value: [expect.any(Number), '1'] });
  });

  it('has no alert of a service that is well, and one once a violation is planted', async () => {
    for (const { expression } of alerts) await prometheus.query(expression);
    expect(await prometheus.query('ALERTS{alertstate="firing"}')).toEqual([]);
    await database.sql(`delete from seat where performance_id = $1 and seat_number = 5`, [performanceId]);
    await until(async () => {
      const [firing] = await prometheus.query(
        'ALERTS{alertname="RowlockAuditViolations",alertstate="firing"}',
      );
      return firing !== undefined;
    });
  });
});

async function buy(service: Service, performanceId: string): Promise<void> {
  const send = async (path: string, body?: object): Promise<string> => {
    const token = tokenFor('anna');
    const answer = await sendAlone(service, { method: 'POST', path, token, key: path, body });
    expect(answer.status).toBe(201);
    return String(answer.body['id']);
  };
  await send('/v1/wallet/top-ups', { amount: 1_000 });
  const reservations = `/v1/performances/${performanceId}/reservations`;
  const id = await send(reservations, { seats: ['A-1-1'] });
  await send(`${reservations}/${id}/payment`);
}
