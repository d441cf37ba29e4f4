/** Admission: every route against every scope, unbound and bound. A route that is not in the table fails. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { tokenOf, useServerWithoutDatabase } from '../../../test/support/http.ts';
import type { ApiDocument } from '../../../test/support/openapi.ts';
import type { Scope } from '../../domain/scopes.ts';
import { JOB_SCOPES, SCOPES } from '../../domain/scopes.ts';

const PERFORMANCE = 'spring-1';
const ANY_OPERATOR: readonly Scope[] = JOB_SCOPES;

/** The scopes of which a caller needs one, by route; `account` admits any token. `rowlock:admin` does every job. */
const ACCESS: Readonly<Record<string, 'public' | 'account' | readonly Scope[]>> = {
  'GET /v1/concerts': 'public',
  'GET /v1/concerts/{concertId}': 'public',
  'GET /v1/performances/{performanceId}': 'public',
  'GET /v1/performances/{performanceId}/seat-map': 'public',
  'GET /v1/performances/{performanceId}/seat-map/rows': 'public',
  'GET /v1/performances/{performanceId}/seats': 'public',
  'GET /v1/performances/{performanceId}/seats/events': 'public',
  'GET /v1/performances/{performanceId}/best-available': 'account',
  'POST /v1/performances/{performanceId}/reservations': 'account',
  'GET /v1/performances/{performanceId}/reservations/{reservationId}': 'account',
  'DELETE /v1/performances/{performanceId}/reservations/{reservationId}': 'account',
  'POST /v1/performances/{performanceId}/reservations/{reservationId}/payment': 'account',
  'POST /v1/performances/{performanceId}/reservations/{reservationId}/refund': 'account',
  'GET /v1/performances/{performanceId}/reservations/{reservationId}/tickets': 'account',
  'GET /v1/reservations': 'account',
  'GET /v1/ticket-keys': 'public',
  'GET /v1/session': 'public',
  'GET /v1/account': 'account',
  'POST /sign-out': 'public',
  'POST /sign-out/everywhere': 'account',
  'GET /v1/wallet': 'account',
  'GET /v1/wallet/entries': 'account',
  'POST /v1/wallet/top-ups': ['rowlock:top-up'],
  'POST /v1/wallet/reversals': ['rowlock:reverse'],
  'POST /v1/admin/catalogue': ['rowlock:catalogue'],
  'GET /v1/admin/concerts': ANY_OPERATOR,
  'POST /v1/admin/concerts/{concertId}/visibility': ['rowlock:catalogue'],
  'POST /v1/admin/performances/{performanceId}/sale': ['rowlock:sale'],
  'POST /v1/admin/performances/{performanceId}/cancellation': ['rowlock:sale'],
  'GET /v1/admin/performances/{performanceId}/cancellation': [
    'rowlock:sale',
    'rowlock:box-office',
    'rowlock:finance',
  ],
  'GET /v1/admin/performances/{performanceId}/reservations/{reservationId}': ['rowlock:box-office'],
  'GET /v1/admin/performances/{performanceId}/seats/{seat}': ['rowlock:box-office'],
  'POST /v1/admin/performances/{performanceId}/reservations/{reservationId}/refund': ['rowlock:box-office'],
  'POST /v1/admin/performances/{performanceId}/reservations/{reservationId}/release': ['rowlock:box-office'],
  'GET /v1/admin/accounts/{accountId}/reservations': ['rowlock:box-office'],
  'GET /v1/admin/accounts': ['rowlock:box-office'],
  'GET /v1/admin/accounts/{accountId}/profile': ['rowlock:box-office'],
  'DELETE /v1/admin/accounts/{accountId}/profile': ['rowlock:admin'],
  'DELETE /v1/admin/accounts/{accountId}/sessions': ['rowlock:box-office'],
  'GET /v1/admin/accounts/{accountId}/block': ['rowlock:box-office'],
  'PUT /v1/admin/accounts/{accountId}/block': ['rowlock:box-office'],
  'GET /v1/admin/performances/{performanceId}/check-in-list': ['rowlock:door', 'rowlock:box-office'],
  'GET /v1/admin/performances/{performanceId}/sales': ['rowlock:finance'],
  'GET /v1/admin/performances/{performanceId}/sales-over-time': ['rowlock:finance'],
  'GET /v1/admin/performances/{performanceId}/sales.csv': ['rowlock:finance'],
  'GET /v1/admin/activity': ['rowlock:finance'],
  'POST /v1/admin/audit': ['rowlock:finance'],
  'GET /v1/admin/actions': ['rowlock:finance'],
  'GET /healthz': 'public',
  'GET /readyz': 'public',
  'GET /errors/{outcome}': 'public',
  'GET /openapi.json': 'public',
};

/** A scope as a token may hold it, with whom it admits: to what names the performance, and to what names none. */
interface Held {
  readonly scope: string;
  readonly of: Scope | undefined;
  readonly admits: 'everywhere' | 'there' | 'nowhere';
}

const HELD: readonly Held[] = [
  ...SCOPES.flatMap((scope): Held[] => [
    { scope, of: scope, admits: 'everywhere' },
    { scope: `${scope}@${PERFORMANCE}`, of: scope, admits: 'there' },
    { scope: `${scope}@autumn-1`, of: scope, admits: 'nowhere' },
    { scope: `${scope}@`, of: scope, admits: 'nowhere' },
    { scope: `${scope}@*`, of: scope, admits: 'nowhere' },
    { scope: scope.replace('rowlock:', ''), of: scope, admits: 'nowhere' },
  ]),
  { scope: 'rowlock:top-up-own', of: undefined, admits: 'nowhere' },
  { scope: 'rowlock:administrator', of: undefined, admits: 'nowhere' },
];

describe('who gets in', () => {
  // Requests that the guard admits fail later: at their input, or at a missing database.
  const server = useServerWithoutDatabase();
  let document: ApiDocument;
  beforeAll(() => {
    document = server.app.swagger() as unknown as ApiDocument;
  });

  it('is known of every route', () => {
    const routes = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(routes.toSorted()).toEqual(Object.keys(ACCESS).toSorted());
  });

  it.each(Object.entries(ACCESS).filter(([, access]) => access !== 'public'))('%s', async (route, access) => {
    for (const held of HELD) {
      const status = await statusOf(route, held.scope);
      const expected = isAdmitted(route, access, held) ? 'admitted' : 'refused';
      expect(status === 403 ? 'refused' : 'admitted', held.scope).toBe(expected);
      expect(status, held.scope).not.toBe(401);
    }
  });

  it.each(Object.entries(ACCESS).filter(([, access]) => access === 'public'))('%s: anyone', (route) => {
    const [method = '', path = ''] = route.split(' ');
    const operation = document.paths[path]?.[method.toLowerCase()];
    expect(operation?.security).toEqual([]);
  });

  it('to the actions of a performance: also with a scope that is bound to it', async () => {
    const url = '/v1/admin/actions?performanceId=';
    const statusWith = async (scope: string, query: string): Promise<number> => {
      const authorization = `Bearer ${await tokenOf('boss', { scope })}`;
      return (await server.app.inject({ url: `${url}${query}`, headers: { authorization } })).statusCode;
    };
    expect(await statusWith('rowlock:finance@spring-1', 'spring-1')).toBe(503);
    expect(await statusWith('rowlock:admin@spring-1', 'spring-1')).toBe(503);
    expect(await statusWith('rowlock:finance@spring-1', 'autumn-1')).toBe(403);
    expect(await statusWith('rowlock:finance@spring-1', 'spring-1&performanceId=autumn-1')).toBe(403);
    expect(await statusWith('rowlock:door@spring-1', 'spring-1')).toBe(403);
    // The same parameter opens no other route.
    const authorization = `Bearer ${await tokenOf('boss', { scope: 'rowlock:finance@spring-1' })}`;
    const activity = { url: '/v1/admin/activity?performanceId=spring-1', headers: { authorization } };
    expect((await server.app.inject(activity)).statusCode).toBe(403);
  });

  it('is in the document', () => {
    for (const [route, access] of Object.entries(ACCESS).filter(([, each]) => typeof each === 'object')) {
      const [method = '', path = ''] = route.split(' ');
      const words = document.paths[path]?.[method.toLowerCase()]?.description?.split('\n\n').at(-1) ?? '';
      expect(words.match(/rowlock:[a-z-]+/g), route).toEqual(access);
    }
  });

  it.each(['docs/http-api.md', 'docs/http-api.ko.md'])('is in %s', (path) => {
    const rows = readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8').split('\n');
    for (const [route, access] of Object.entries(ACCESS)) {
      const asListed = route.replaceAll(/\{(\w+)\}/g, ':$1');
      const row = rows.find((line) => line.startsWith(`| \`${asListed}\` |`));
      const scopes = row?.split('|')[2]?.match(/rowlock:[a-z-]+/g) ?? [];
      const named = typeof access === 'string' || access === ANY_OPERATOR ? [] : access;
      expect(scopes, route).toEqual([...named]);
    }
  });

  async function statusOf(route: string, scope: string): Promise<number> {
    const [method = '', path = ''] = route.split(' ');
    const url = path
      .replace('{performanceId}', PERFORMANCE)
      .replace('{reservationId}', '00000000-0000-8000-8000-000000000000')
      .replace('{accountId}', 'anna')
      .replace('{seat}', 'A-1-1')
      .replace('{concertId}', 'spring');
    const authorization = `Bearer ${await tokenOf('boss', { scope })}`;
    const answer = await server.app.inject({ method: method as 'GET', url, headers: { authorization } });
    return answer.statusCode;
  }

  function isAdmitted(route: string, access: 'public' | 'account' | readonly Scope[], held: Held): boolean {
    if (typeof access === 'string') return true;
    const does = access.some(
      (scope) => scope === held.of || (held.of === 'rowlock:admin' && ANY_OPERATOR.includes(scope)),
    );
    const isThere = held.admits === 'there' && route.includes('{performanceId}');
    return does && (held.admits === 'everywhere' || isThere);
  }
});
