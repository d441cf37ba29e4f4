import { expect, it } from 'vitest';
import { DISK_FAIL_BYTES, DISK_WARN_BYTES, roomFinding, skewFinding } from './surroundings.ts';

it.each([
  [0, 5, 'ok'],
  [900, 0, 'ok'],
  [3_000, 2_500, 'ok'],
  [3_000, 100, 'warn'],
  [-3_000, 100, 'warn'],
  [11_000, 100, 'fail'],
])('a clock that is %d ms ahead, known within %d ms, is %s', (skewMs, uncertaintyMs, level) => {
  const finding = skewFinding(skewMs, uncertaintyMs);
  expect(finding.level).toBe(level);
  if (level !== 'ok') expect(finding.message).toContain(skewMs > 0 ? 'ahead of' : 'behind');
});

it.each([
  [DISK_FAIL_BYTES - 1, 'fail'],
  [DISK_FAIL_BYTES, 'warn'],
  [DISK_WARN_BYTES, 'ok'],
])('a disk with %d bytes free is %s', (bytes, level) => {
  expect(roomFinding('/data', bytes)).toMatchObject({
    check: 'disk',
    level,
    message: expect.stringContaining('/data'),
  });
});
