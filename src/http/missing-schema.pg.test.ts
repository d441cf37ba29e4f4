import { beforeEach, describe, expect, it } from 'vitest';
import { plantPerformance } from '../../test/support/catalogue.ts';
import type { Call } from '../../test/support/http.ts';
import { topUpOverHttp, useServer } from '../../test/support/http.ts';
import { createLogger } from './edge/log/logger.ts';

/** Each is a way to the same wallet: through a group, through a transaction of its own, and by a read. */
describe.each([
  ['in groups', {}],
  ['one by one', { topUp: 'atomic', hold: 'pessimistic', pay: 'optimistic' }],
] as const)('a part of the schema that is missing under a running service, %s', (_name, strategies) => {
  const lines: string[] = [];
  const logger = createLogger({ level: 'warn', destination: { write: (line) => lines.push(line) } });
  const server = useServer({ strategies, logger });

  const READ: Call = { method: 'GET', url: '/v1/wallet', account: 'anna' };
  const LIST: Call = { method: 'GET', url: '/v1/reservations', account: 'anna' };
  const TOP_UP: Call = {
    method: 'POST',
    url: '/v1/wallet/top-ups',
    account: 'anna',
    scopes: 'rowlock:top-up',
    key: 'once',
    body: { amount: 5 },
  };
  let hold: Call;
  beforeEach(async () => {
    lines.length = 0;
    const performanceId = await plantPerformance(server.database);
    const url = `/v1/performances/${performanceId}/reservations`;
    hold = { method: 'POST', url, account: 'anna', key: 'hold', body: { seats: ['A-1-1'] } };
    await topUpOverHttp(server, 'anna', 100);
  });

  it.each([
    [
      'a table',
      'alter table wallet rename to away',
      'alter table away rename to wallet',
      () => [READ, TOP_UP],
    ],
    [
      'a column',
      'alter table reservation rename seat_ids to away',
      'alter table reservation rename away to seat_ids',
      () => [LIST, hold],
    ],
  ] as const)('%s: 503 until it is back, and the log names it', async (_what, drop, restore, calls) => {
    const [read, write] = calls();
    await server.database.sql(drop);
    const refused = [await server.call(read!), await server.call(write!)];
    await server.database.sql(restore);
    for (const { status, headers, body } of refused) {
      expect([status, headers['retry-after'], body['outcome'], body['retry']]).toEqual([
        503,
        '5',
        'overloaded',
        'same',
      ]);
    }
    expect(lines.join('')).toMatch(
      /"cause":"schema: (relation \\"wallet\\"|column .*seat_ids.*) does not exist"/,
    );
    expect(refused.map(({ text }) => text).join('')).not.toMatch(/wallet|seat_ids/);
    expect([(await server.call(read!)).status, (await server.call(write!)).status]).toEqual([200, 201]);
  });
});
