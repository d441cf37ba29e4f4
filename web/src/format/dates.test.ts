import { afterAll, describe, expect, it, vi } from 'vitest';

// The pages ask the browser for their language as they load.
vi.stubGlobal('document', { documentElement: {} });
vi.stubGlobal('navigator', { language: 'ko' });
const RealFormat = Intl.DateTimeFormat;

/** The module as a reader's browser in that zone loads it; with ordinary spaces. */
async function readerIn(zone: string) {
  vi.resetModules();
  const inZone = Object.create(Intl, {
    DateTimeFormat: {
      value: function DateTimeFormat(locale: string, options: Intl.DateTimeFormatOptions) {
        return new RealFormat(locale, { timeZone: zone, ...options });
      },
    },
  }) as typeof Intl;
  vi.stubGlobal('Intl', inZone);
  const { language } = await import('../i18n/language.ts');
  const dates = await import('./dates.ts');
  const inBoth = (write: (written: typeof dates) => string | undefined): readonly (string | undefined)[] =>
    (['ko', 'en'] as const).map((one) => {
      language.value = one;
      // Node's words for the halves of a Korean day are English, a browser's are not.
      const text = write(dates)?.replaceAll(/[\u00a0\u202f]/g, ' ');
      return one === 'ko' ? text?.replaceAll(/\bPM/g, '오후').replaceAll(/\bAM/g, '오전') : text;
    });
  return inBoth;
}

afterAll(() => vi.unstubAllGlobals());

const at = (startsAt: string, timeZone = 'Asia/Seoul') => ({ startsAt, timeZone });

describe('the days of a run', () => {
  it.each(['Asia/Seoul', 'Europe/London', 'America/Los_Angeles'])(
    'are those of the venue, for a reader in %s: a show at the midnight of New Year',
    async (zone) => {
      const inBoth = await readerIn(zone);
      const midnight = at('2030-12-31T15:00:00Z');
      expect(inBoth((dates) => dates.dateRange(midnight, midnight))).toEqual([
        '2031년 1월 1일 (수)',
        'Wed 1 Jan 2031',
      ]);
      expect(inBoth((dates) => dates.monthAndYear(midnight.startsAt, midnight.timeZone))).toEqual([
        '2031년 1월',
        'Jan 2031',
      ]);
      expect(inBoth((dates) => dates.day(midnight.startsAt, midnight.timeZone))).toEqual(['1', '1']);
    },
  );

  it('have both years where the run goes over New Year', async () => {
    const inBoth = await readerIn('Europe/London');
    const run = [at('2029-12-28T10:00:00Z'), at('2030-01-03T10:00:00Z')] as const;
    expect(inBoth((dates) => dates.dateRange(...run))).toEqual([
      '2029년 12월 28일 (금) – 2030년 1월 3일 (목)',
      'Fri 28 Dec 2029 – Thu 3 Jan 2030',
    ]);
  });

  it('have the year once within one', async () => {
    const inBoth = await readerIn('UTC');
    const run = [at('2030-05-01T10:00:00Z'), at('2030-05-04T10:00:00Z')] as const;
    expect(inBoth((dates) => dates.dateRange(...run))).toEqual([
      '2030년 5월 1일 (수) – 5월 4일 (토)',
      'Wed 1 May – Sat 4 May 2030',
    ]);
    const sameDay = [at('2030-05-01T05:00:00Z'), at('2030-05-01T10:00:00Z')] as const;
    expect(inBoth((dates) => dates.dateRange(...sameDay))[1]).toBe('Wed 1 May 2030');
  });

  it('are each in the zone of their own venue', async () => {
    const inBoth = await readerIn('UTC');
    const tour = [at('2030-12-30T15:30:00Z'), at('2031-01-01T04:30:00Z', 'America/New_York')] as const;
    expect(inBoth((dates) => dates.dateRange(...tour))[1]).toBe('Tue 31 Dec 2030');
  });
});

describe('a time', () => {
  const start = '2030-05-01T17:00:00Z';
  const BERLIN = 'Europe/Berlin';

  it('says no more to a reader whose clock shows the same', async () => {
    const inBoth = await readerIn('Europe/Paris');
    expect(inBoth((dates) => dates.dateAndTime(start, BERLIN))).toEqual([
      '2030년 5월 1일 (수) 오후 7:00',
      'Wed, 1 May 2030 19:00',
    ]);
    expect(inBoth((dates) => dates.ownTime(start, BERLIN))).toEqual([undefined, undefined]);
  });

  it("names the venue's zone and the reader's own time elsewhere", async () => {
    const inBoth = await readerIn('America/New_York');
    expect(inBoth((dates) => dates.dateAndTime(start, BERLIN))).toEqual([
      '2030년 5월 1일 (수) 오후 7:00 독일 시간 (내 시각 오후 1:00)',
      'Wed, 1 May 2030 19:00 CEST (your time: 13:00)',
    ]);
    expect(inBoth((dates) => dates.time(start, BERLIN))).toEqual(['오후 7:00 독일 시간', '19:00 CEST']);
  });

  it("has the reader's date where that is another", async () => {
    const inBoth = await readerIn('Asia/Seoul');
    expect(inBoth((dates) => dates.dateAndTime(start, BERLIN))).toEqual([
      '2030년 5월 1일 (수) 오후 7:00 독일 시간 (내 시각 5월 2일 (목) 오전 2:00)',
      'Wed, 1 May 2030 19:00 CEST (your time: Thu 2 May, 02:00)',
    ]);
  });

  it('is named as the clocks go: in winter, in summer, and where only an offset has a name', async () => {
    const inBoth = await readerIn('Asia/Seoul');
    const winter = '2030-01-01T17:00:00Z';
    expect(inBoth((dates) => dates.time(winter, BERLIN))[1]).toBe('18:00 CET');
    expect(inBoth((dates) => dates.time(start, 'Europe/London'))).toEqual([
      '오후 6:00 영국 시간',
      '18:00 BST',
    ]);
    expect(inBoth((dates) => dates.time(start, 'America/New_York'))).toEqual([
      '오후 1:00 뉴욕 시간',
      '13:00 New York Time',
    ]);
  });

  it('of UTC is named so', async () => {
    const inBoth = await readerIn('Asia/Seoul');
    expect(inBoth((dates) => dates.time(start, 'UTC'))).toEqual(['오후 5:00 UTC', '17:00 UTC']);
  });

  it('of a zone that the browser does not know is in UTC', async () => {
    const inBoth = await readerIn('Asia/Seoul');
    expect(inBoth((dates) => dates.time(start, 'Mars/Olympus'))[1]).toBe('17:00 UTC');
  });
});
