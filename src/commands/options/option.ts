/** The kinds of options that a command line can have. */

/** One option of the command line. */
export interface OptionSpec<T> {
  /** Left out where an inherited environment should not decide. */
  readonly env?: string;
  /** In commander's syntax; left out for secrets, which every user of the machine could read off a command line. */
  readonly flag?: string;
  readonly help: string;
  readonly fallback: T;
  /** What the help says of the default where the value itself does not say it. */
  readonly fallbackHelp?: string;
  /** What a value must be, to complete "PORT must be …". */
  readonly rule: string;
  /** The value of a text, or undefined when it breaks the rule. Throws `StrategyRefused` for a strategy. */
  readonly parse: (text: string) => T | undefined;
  /** May be repeated in a message. */
  readonly isPublic: boolean;
}

/** The longest wait that PostgreSQL and Node's timers both take. */
const TIMEOUT_MS_MAX = 2_147_483_647;

type Head = Pick<OptionSpec<unknown>, 'help' | 'env' | 'flag' | 'fallbackHelp'>;

/** A whole number within a range, both ends included. */
export function wholeNumber(
  option: Head & { readonly fallback: number; readonly range: readonly [min: number, max: number] },
): OptionSpec<number> {
  const { range, ...head } = option;
  const [min, max] = range;
  return {
    ...head,
    rule: `a whole number from ${min} to ${max}`,
    parse: (given) => {
      const value = /^\d{1,10}$/.test(given) ? Number(given) : Number.NaN;
      return value >= min && value <= max ? value : undefined;
    },
    isPublic: true,
  };
}

/** A time in milliseconds: `ROWLOCK_<PART>_MS` and `--<part>-ms`. */
export function timeout(variablePart: string, help: string, fallback: number, min = 1): OptionSpec<number> {
  return wholeNumber({
    env: `ROWLOCK_${variablePart}_MS`,
    flag: `--${variablePart.toLowerCase().replaceAll('_', '-')}-ms <ms>`,
    help,
    fallback,
    range: [min, TIMEOUT_MS_MAX],
  });
}

/** A text of a certain form. */
export function text<T extends string>(
  option: Head & {
    readonly fallback: T;
    readonly rule: string;
    readonly accepts: (given: string) => boolean;
  },
): OptionSpec<T> {
  const { accepts, ...head } = option;
  return { ...head, parse: (given) => (accepts(given) ? (given as T) : undefined), isPublic: true };
}

/** A text that has no default. An empty one is refused. */
export function optionalText(
  option: Head & {
    readonly rule: string;
    readonly accepts?: (given: string) => boolean;
    readonly isPublic?: boolean;
  },
): OptionSpec<string | undefined> {
  const { accepts = () => true, isPublic = true, ...head } = option;
  return {
    ...head,
    fallback: undefined,
    parse: (given) => (given !== '' && accepts(given) ? given : undefined),
    isPublic,
  };
}

/** Off unless its flag is given. */
export function toggle(option: Head): OptionSpec<boolean> {
  return {
    ...option,
    fallback: false,
    rule: 'given or not',
    parse: (given) => given === 'true',
    isPublic: true,
  };
}
