/**
 * What an operator of a hall has after `docs/operating/install.md`: Debian's PostgreSQL, nginx with TLS, an issuer, Prometheus.
 * A buyer signs in and buys over the proxy, the metrics count it, and each fault raises the alert whose page leads to the mending.
 */
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bearerToken } from '../../src/bench/measure/tokens.ts';
import { accountIdOf } from '../../src/http/sign-in/account.ts';
import { blocksOf, read, ROOT } from '../docs/documents.ts';
import { describeWithPostgres, pgProgram, startDebianServer } from '../operating/debian-postgres.ts';
import type { DebianServer } from '../operating/debian-postgres.ts';
import { follow } from '../operating/installation.ts';
import { PROXIES, startProxy } from '../operating/proxy.ts';
import type { Proxy } from '../operating/proxy.ts';
import { describeWith } from '../operating/tools.ts';
import { freePort } from '../support/free-port.ts';
import { CLIENT, startOidcIssuer } from '../support/oidc-issuer.ts';
import type { OidcIssuer } from '../support/oidc-issuer.ts';
import type { FiringAlert, Prometheus } from '../support/prometheus.ts';
import { scrape, startPrometheus, valueOf } from '../support/prometheus.ts';
import { endRowlockProcesses, eventually, runRowlock, startRowlock } from '../support/rowlock-process.ts';
import type { RowlockProcess } from '../support/rowlock-process.ts';
import { catalogueOf, PRICES } from './halls.ts';
import { describeInBrowser, useBrowser } from './use-browser.ts';

const NAME = 'tickets.example.com';
const SEAT = 'A-1-3';
const RESERVATIONS = '/v1/performances/opening/reservations';

endRowlockProcesses();

const describeWithTools = describeWith({
  nginx: 'nginx',
  prometheus: 'prometheus',
  promtool: 'prometheus',
  openssl: 'openssl',
  curl: 'curl',
});

// Each says what to install where it is missing.
describeInBrowser('in a browser', () => {
  describeWithPostgres("on Debian's PostgreSQL", () => {
    describeWithTools('after the installation', operating);
  });
});

function operating(): void {
  let folder = '';
  let config = '';
  let secret = '';
  let said = '';
  let metrics = '';
  let server: DebianServer;
  let proxy: Proxy;
  let issuer: OidcIssuer;
  let service: RowlockProcess & { readonly url: string };
  let prometheus: Prometheus;
  let admin: pg.Client;

  const site = {
    get url() {
      return `https://${NAME}:${proxy.port}`;
    },
    signIn: () => Promise.reject(new Error('everybody signs in at the issuer here')),
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rowlock-operating-'));
    await chmod(folder, 0o755);
    config = join(folder, 'etc', 'rowlock.env');
    server = await startDebianServer('postgres');
    issuer = await startOidcIssuer(() => [site.url]);
    const upstream = `127.0.0.1:${await freePort()}`;
    proxy = await startProxy(PROXIES.nginx, upstream);
    said = await install(upstream);
    secret = /^ROWLOCK_JWT_SECRET=(.+)$/m.exec(await readFile(config, 'utf8'))![1]!;
    service = await serve();
    prometheus = await startPrometheus(await monitoring());
    admin = await asSuperuser();
  });
  const visitors = useBrowser(site, () => [issuer.url], [
    `--host-resolver-rules=MAP ${NAME} 127.0.0.1`,
    // The certificate is its own authority; Chromium would keep a service worker from it otherwise.
    '--ignore-certificate-errors',
  ]);
  afterAll(async () => {
    await admin?.end();
    await prometheus?.stop();
    service?.kill('SIGTERM');
    await service?.ended;
    await proxy?.stop();
    await issuer?.stop();
    server?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** Follows the document from the database to the catalogue; its hall is the small one of these tests. */
  async function install(upstream: string): Promise<string> {
    const catalogue = join(folder, 'catalogue.json');
    await writeFile(catalogue, JSON.stringify(catalogueOf({ opening: {} })));
    const rowlock = join(folder, 'rowlock');
    await writeFile(
      rowlock,
      `#!/bin/sh\nexec ${process.execPath} --import tsx ${join(ROOT, 'src/cli.ts')} "$@"\n`,
      { mode: 0o755 },
    );
    return follow(['Database', 'Configure', 'Check', 'Schema and first catalogue'], {
      'runuser -u postgres -- psql': `${pgProgram('psql')} -h 127.0.0.1 -p ${server.port} -U postgres`,
      '127.0.0.1:5432': `127.0.0.1:${server.port}`,
      'runuser -u rowlock -- /opt/rowlock/bin/rowlock': rowlock,
      '-o rowlock -g rowlock ': '',
      '/etc/rowlock': join(folder, 'etc'),
      '/opt/rowlock/lib/node_modules/rowlock/demo/catalogue.json': catalogue,
      [`https://${NAME} `]: `${site.url} --port ${new URL(`http://${upstream}`).port} `,
      'https://id.example.com': issuer.url,
      'the-secret-of-the-client': CLIENT.secret,
      // An audit each second instead of each hour.
      'ROWLOCK_METRICS_PORT=9464': 'ROWLOCK_METRICS_PORT=0\nROWLOCK_AUDIT_INTERVAL_MS=1000',
    });
  }

  async function serve(): Promise<typeof service> {
    const started = startRowlock(['serve', '--config', config]);
    const [, url = ''] = await started.printed(/open at (http:\S+)/);
    [, metrics = ''] = await started.printed(/metrics +(http:\S+)/);
    return { ...started, url };
  }

  /** The samples of `deploy/prometheus/`, which look each second, and whose alerts wait for seconds instead of minutes. */
  async function monitoring(): Promise<string> {
    const alerts = join(folder, 'alerts.yml');
    await writeFile(
      alerts,
      read('deploy/prometheus/alerts.yml')
        .replaceAll(/for: \d+m$/gm, 'for: 1s')
        .replace('blocking_transaction_seconds[1m]) > 20', 'blocking_transaction_seconds[10s]) > 3'),
    );
    return read('deploy/prometheus/prometheus.yml')
      .replaceAll('15s', '1s')
      .replace('127.0.0.1:9464', new URL(metrics).host)
      .replace('- alerts.yml', `- ${alerts}`);
  }

  async function asSuperuser(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: server.url.replace(/postgres$/, 'rowlock') });
    // The server is stopped under it.
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  /** Waits until the alert fires, and returns the section to which it leads. */
  async function alertPage(name: string): Promise<string> {
    let alert: FiringAlert | undefined;
    await eventually(async () => {
      alert = (await prometheus.firing()).find(({ labels }) => labels['alertname'] === name);
      return alert !== undefined;
    });
    const [path = '', anchor = ''] = alert!.annotations['runbook_url']!.split('#');
    const section = read(path)
      .split(/^### /m)
      .find((each) => each.split('\n')[0]!.toLowerCase() === anchor);
    expect(section, name).toContain('**Do:**');
    return section!;
  }

  const silent = (name: string): Promise<void> =>
    eventually(async () => (await prometheus.firing()).every(({ labels }) => labels['alertname'] !== name));

  async function beAt(page: Page, person: string): Promise<void> {
    await page.getByLabel('Who are you?').fill(person);
    await page.getByRole('button', { name: 'That is me' }).click();
  }

  /** An operator's browser, at the pages of its role. */
  async function operator(): Promise<Page> {
    const page = await visitors.visit('/sign-in?return=/operator', { screen: 'desktop' });
    await beAt(page, 'boss');
    await page.getByRole('navigation', { name: 'Operator pages' }).waitFor();
    return page;
  }

  /** Another buyer asks for a seat. */
  const hold = async (seat: string): Promise<number> => {
    const { status } = await fetch(service.url + RESERVATIONS, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${bearerToken(secret, 'another', undefined)}`,
        'content-type': 'application/json',
        'idempotency-key': `${seat}-${performance.now()}`,
      },
      body: JSON.stringify({ seats: [seat] }),
    });
    return status;
  };

  it('the doctor finds nothing to change but the migrations', () => {
    const faults = said.split('\n').filter((line) => /^(warn|fail|skip) /.test(line));
    expect(faults).toEqual([expect.stringMatching(/^warn {2}migrations .*run "rowlock migrate"/)]);
    expect(said).toMatch(/^ok +sign-in +people sign in at \S+$/m);
  });

  it('a buyer signs in and buys over the proxy, and an operator sees it in the metrics', async () => {
    issuer.people.set('minji', { name: '김민지' });
    issuer.people.set('boss', { groups: ['ticket-admins'] });
    const page = await visitors.visit('/performances/opening');
    await page.evaluate(`sessionStorage.setItem('rowlock.choice.opening', '["${SEAT}"]')`);
    await page.reload();
    await page.getByRole('button', { name: 'Hold 1 seat' }).click();
    await page.getByRole('dialog', { name: 'Sign in' }).getByRole('button', { name: 'Sign in' }).click();
    await beAt(page, 'minji');
    await page.waitForURL(`${site.url}/performances/opening`);
    const shown: unknown = await page.evaluate(async () => (await fetch('/v1/session')).json());
    const account = accountIdOf(issuer.url, 'minji');
    expect(shown).toMatchObject({ account: { accountId: account, name: '김민지' } });
    await topUp(account);
    await page.getByRole('button', { name: 'Hold 1 seat' }).click();
    await page.waitForURL(/\/reservations\//);
    await page.locator('.action-bar .button').click();
    await page.locator('svg.qr').first().waitFor();

    const seen = await operator();
    expect(
      await seen.evaluate(async () => (await fetch('/v1/admin/performances/opening/sales')).status),
    ).toBe(200);
    await eventually(async () => {
      const { samples } = await scrape(metrics);
      return valueOf(samples, 'rowlock_seats', { grade: 'R', state: 'sold' }) === 1;
    });
    expect(await prometheus.query('rowlock_operations_total{outcome="paid"} == 1')).toHaveLength(1);
    expect(await prometheus.firing()).toEqual([]);
  });

  /** As the document's last section does. */
  async function topUp(account: string): Promise<void> {
    const answer = await follow(['First purchase'], {
      'oidc-of-the-buyer': account,
      '/etc/rowlock/': `${join(folder, 'etc')}/`,
      '300000': String(PRICES.R),
      'http://127.0.0.1:3000': service.url,
      'http://127.0.0.1:9464/metrics': metrics,
      'runuser -u rowlock -- /opt/rowlock/bin/rowlock': join(folder, 'rowlock'),
    });
    expect(answer).toContain(`"balanceAfter":${PRICES.R}`);
    expect(answer).toContain('rowlock_operations_total{');
  }

  it("a person's transaction that keeps a row locked raises an alert, whose page finds and ends it", async () => {
    const person = await asSuperuser();
    await person.query('begin');
    await person.query(`select from seat where performance_id = 'opening' for update`);
    const over = new AbortController();
    const statuses = new Set<number>();
    const crowd = (async () => {
      while (!over.signal.aborted) statuses.add(await hold('B-1-1'));
    })();
    try {
      const page = await alertPage('RowlockRowLocked');
      const [find = ''] = blocksOf(page, 'sql');
      const { rows } = await admin.query<{ pid: number; query: string }>(find);
      expect(rows).toMatchObject([{ query: expect.stringContaining('for update') }]);
      expect(page).toContain('select pg_terminate_backend(PID)');
      await admin.query('select pg_terminate_backend($1)', [rows[0]!.pid]);
      await eventually(() => statuses.has(201));
    } finally {
      over.abort();
      await crowd;
      await person.end().catch(() => undefined);
    }
    await silent('RowlockRowLocked');
  });

  it('a planted oversell raises an alert, whose page leads to the rows and a paused sale', async () => {
    await admin.query(`
      insert into reservation
        (performance_id, reservation_id, account_id, state, seat_ids, amount, expires_at, created_at, request_hash)
      select performance_id, gen_random_uuid(), 'somebody-else', state, seat_ids, amount, expires_at, created_at, request_hash
      from reservation where performance_id = 'opening' and state = 'confirmed'`);
    const page = await alertPage('RowlockAuditViolations');
    expect(page).toMatch(/`rowlock audit` names the rows[^]*pause the sale/);
    const audit = await runRowlock(['audit', '--config', config, '--json']);
    expect(audit.code).toBe(1);
    const [, extra] =
      /reservation (\S+) of opening is confirmed, but not sold to it/.exec(audit.stdout) ?? [];
    const boss = await operator();
    const setSale = (state: string): Promise<number> =>
      boss.evaluate(
        async (to) =>
          (
            await fetch('/v1/admin/performances/opening/sale', {
              method: 'POST',
              headers: { 'content-type': 'application/json' },
              body: JSON.stringify({ state: to }),
            })
          ).status,
        state,
      );
    expect(await setSale('paused')).toBe(200);
    const { rowCount } = await admin.query(
      `delete from reservation where reservation_id = $1 and account_id = 'somebody-else'`,
      [extra],
    );
    expect(rowCount).toBe(1);
    expect((await runRowlock(['audit', '--config', config])).code).toBe(0);
    expect(await setSale('open')).toBe(200);
    await silent('RowlockAuditViolations');
  });

  it('a stopped postmaster raises an alert, whose page says to start it, and the service sells on', async () => {
    server.halt();
    try {
      expect(await alertPage('RowlockDatabaseDown')).toContain('start the server');
      expect(await hold('B-2-1')).toBe(503);
      await alertPage('RowlockNotReady');
    } finally {
      server.start();
    }
    await eventually(async () => (await fetch(`${service.url}/readyz`)).status === 200);
    await eventually(async () => (await hold('B-2-1')) === 201);
    await silent('RowlockDatabaseDown');
    expect((await runRowlock(['audit', '--config', config])).code).toBe(0);
  });
}
