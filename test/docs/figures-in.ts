/** Finds figures with units in prose, English and Korean, so that they can be compared. */

const ENGLISH_WORDS: readonly string[] =
  'one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'.split(
    ' ',
  );
const KOREAN_WORDS: readonly string[] = '한 두 세 네 다섯 여섯 일곱 여덟 아홉 열'.split(' ');

const KIB = 1_024;
/** What a unit is of, and how many. A rate a second and a bandwidth stay as they are. */
const UNITS: Readonly<Record<string, readonly [kind: string, size: number]>> = {
  ms: ['ms', 1],
  µs: ['ms', 0.001],
  s: ['ms', 1_000],
  seconds: ['ms', 1_000],
  초: ['ms', 1_000],
  minutes: ['ms', 60_000],
  분: ['ms', 60_000],
  hours: ['ms', 3_600_000],
  시간: ['ms', 3_600_000],
  days: ['ms', 86_400_000],
  bytes: ['bytes', 1],
  바이트: ['bytes', 1],
  kB: ['bytes', KIB],
  KiB: ['bytes', KIB],
  MB: ['bytes', KIB ** 2],
  MiB: ['bytes', KIB ** 2],
  GB: ['bytes', KIB ** 3],
  '%': ['%', 1],
  '×': ['times', 1],
  times: ['times', 1],
  배: ['times', 1],
  seats: ['seats', 1],
  석: ['seats', 1],
  '/s': ['/s', 1],
  'a second': ['/s', 1],
  'per cent': ['%', 1],
  'Mbit/s': ['Mbit/s', 1],
};

const LONGEST_FIRST = Object.keys(UNITS).toSorted((a, b) => b.length - a.length);
const NUMBER = `(?<![\\w.,])\\d(?:[\\d,]*\\d)?(?:\\.\\d+)?|(?<![\\w-])(?:${ENGLISH_WORDS.join('|')})(?= )|(?<![가-힣])(?:${KOREAN_WORDS.join('|')})(?= )`;
// `4분의 3` is a fraction, `초당` and `개월` no amounts.
const FIGURE = new RegExp(
  `(${NUMBER})(만)?\\s?(?:[\\w-]+ (?=a second))?(${LONGEST_FIRST.join('|')})(?![a-zA-Z]|의 \\d|당)`,
  'gi',
);

/** The figures of a text in one form: `10000 ms` for ten seconds. */
export function figuresIn(text: string): readonly string[] {
  return [...text.matchAll(FIGURE)].map(([, number = '', tenThousands, unit = '']) => {
    const [kind, size] = UNITS[unit] ?? UNITS[unit.toLowerCase()]!;
    const value = valueOf(number) * (tenThousands === undefined ? 1 : 10_000) * size;
    return `${Number(value.toPrecision(12))} ${kind}`;
  });
}

/** The only figure of a text. Throws where there is none, or more than one. */
export function figureOf(text: string): string {
  const [figure, ...others] = figuresIn(text);
  if (figure === undefined || others.length > 0) throw new Error(`not one figure: ${text}`);
  return figure;
}

function valueOf(number: string): number {
  const words = [ENGLISH_WORDS, KOREAN_WORDS].find((list) => list.includes(number.toLowerCase()));
  return words === undefined ? Number(number.replaceAll(',', '')) : words.indexOf(number.toLowerCase()) + 1;
}
