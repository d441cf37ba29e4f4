import { describe, expect, it } from 'vitest';
import { requestHashOf, reservationIdOf, UUID_PATTERN } from './ids.ts';

// Stored ids and hashes are compared with those that later versions compute: a changed hash input would give
// a resent request a second reservation, or a second payment. The expected values were computed independently
// of this code (SHA-256 over each part as `<bytes>:<part>`).
describe('the reservation of a key', () => {
  it.each([
    ['spring-1', 'kim@example.com', 'key-1', 'ff747d25-6693-8327-9e1e-d9814a39c1c7'],
    ['spring-1', 'a', 'b:c', 'c09f486f-2afd-84c4-840f-f7e948a15dd0'],
    ['spring-1', 'a:b', 'c', 'ad9a2cce-fbe6-8d03-98cd-eeacb3858a9d'],
  ])('is the same in every version: %s, %s, %s', (performanceId, accountId, key, id) => {
    expect(reservationIdOf(performanceId, accountId, key)).toBe(id);
    expect(id).toMatch(new RegExp(UUID_PATTERN));
  });
});

describe('the hash of a request', () => {
  const reservationId = '6f1c1f0e-6d3a-8c53-9f0e-2d6d8a1b7c44';

  it.each<[string, (string | number)[], string]>([
    ['topUp', [1000], '8a1ca30c1b5996cdedd773496d5d9fb2e24973eff87ff2f144ac7523241c939a'],
    ['hold', [1, 2], '948e59dca67e267d52bac4360b9530c063dd7d7236bc6fdd44ba216e210fe38e'],
    ['hold', [12], 'b2eb33b266c0c0ad4e1a73c241543d091f73fa9b0370275f88a2348916644a5f'],
    ['best-available', ['좌석', 2], 'b6c835c8c5966f6a65fde1f01be55074aa59d8bddd1327ca78d687b14573fa06'],
    ['reverse', [3], 'e01217c1c13f6094bf987c7c278ade3a2244ff7f6458a4c7a1dd6f2829c83242'],
    ['pay', ['spring-1', reservationId], '2c2505fcd9d76aaac45259b1c0b65c6e3408f1a37875c6e73546a616ab4fe67c'],
    [
      'refund',
      ['spring-1', reservationId],
      'e733776ddb29ac383af820cb2e9015c4fe6dcc45743ee223d55cf9fa5b011d8f',
    ],
    [
      'refund',
      ['spring-1', reservationId, 1, 12],
      '1d4a445dcc5a89ba8fbec95911dc4e0506d2aacf44dc1ba8160c5ae2c57f4021',
    ],
  ])('is the same in every version: %s of %j', (operation, parts, expected) => {
    expect(requestHashOf(operation, ...parts).toString('hex')).toBe(expected);
  });
});
