import { describe, expect, it } from 'vitest';
import { localTime } from './local-time.ts';

describe('a time that is typed', () => {
  it.each([
    ['2030-05-01T19:00', 'Asia/Seoul', '2030-05-01T19:00+09:00'],
    ['2030-01-01T00:00', 'Europe/Berlin', '2030-01-01T00:00+01:00'],
    ['2030-07-01T00:00', 'Europe/Berlin', '2030-07-01T00:00+02:00'],
    ['2030-07-01T23:30', 'America/New_York', '2030-07-01T23:30-04:00'],
    ['2030-05-01T19:00', 'Asia/Kolkata', '2030-05-01T19:00+05:30'],
    ['2030-05-01T19:00', 'UTC', '2030-05-01T19:00+00:00'],
    // The clocks go forward at 2 and back at 3.
    ['2030-03-31T01:59', 'Europe/Berlin', '2030-03-31T01:59+01:00'],
    ['2030-03-31T03:00', 'Europe/Berlin', '2030-03-31T03:00+02:00'],
    ['2030-10-27T01:59', 'Europe/Berlin', '2030-10-27T01:59+02:00'],
    ['2030-10-27T03:00', 'Europe/Berlin', '2030-10-27T03:00+01:00'],
  ])('%s in %s is %s', (local, timeZone, time) => {
    expect(localTime(local, timeZone)).toBe(time);
  });

  it('is read with an offset of the zone where the clocks skip or repeat it', () => {
    expect(localTime('2030-03-31T02:30', 'Europe/Berlin')).toMatch(/\+0[12]:00$/);
    expect(localTime('2030-10-27T02:30', 'Europe/Berlin')).toMatch(/\+0[12]:00$/);
  });

  it.each(['', 'soon', '2030-13-01T00:00'])('%j is left as it is', (local) => {
    expect(localTime(local, 'Asia/Seoul')).toBe(local);
  });
});
