/** The kinds of options, and how commander shows them. */
import { availableParallelism } from 'node:os';
import { Option } from 'commander';
import type { Command } from 'commander';
import { TIMEOUT_MS_MAX } from '../../db/database.ts';

/** A value breaks its option's rule. The message is one line that names the option and the rule. */
export class ConfigError extends Error {}

/** An option of the command line. Its flag is its name with dashes: `poolSize` is `--pool-size`. */
export interface OptionSpec<T> {
  /** Left out where an inherited environment must not decide. */
  readonly env?: string;
  /** What follows the flag in the help, such as `<number>`; left out where the flag has no value. */
  readonly value?: string;
  readonly help: string;
  readonly fallback: T;
  /** The default as the help shows it, where it differs from `fallback`. */
  readonly fallbackHelp?: string;
  readonly isRequired?: boolean;
  /** `secret`: no flag, which other users of the machine could read; `private`: not repeated in messages. */
  readonly exposure?: 'secret' | 'private';
  /** What a value must be, to complete "PORT must be …". */
  readonly rule: string;
  /** Parses a value; undefined if it breaks the rule. Throws `StrategyRefused` for a strategy. */
  readonly parse: (text: string) => T | undefined;
}

type Head = Omit<OptionSpec<unknown>, 'fallback' | 'rule' | 'parse'>;
type Accepts = (given: string) => boolean;
type Range = readonly [min: number, max: number];

/** A whole number within a range, both ends included. */
export function wholeNumber(
  option: Head & { readonly fallback: number; readonly range: Range },
): OptionSpec<number> {
  const { range, ...spec } = option;
  const rule = `a whole number from ${range[0]} to ${range[1]}`;
  return { value: '<number>', ...spec, rule, parse: (given) => numberIn(range, given) };
}

/** A whole number that has no default. */
export function optionalNumber(option: Head & { readonly range: Range }): OptionSpec<number | undefined> {
  const { parse, ...spec } = wholeNumber({ ...option, fallback: 0 });
  return { fallbackHelp: '', ...spec, fallback: undefined, parse };
}

/** How many processes: a number, or `auto` for one per core. */
export function processes(
  option: Pick<Head, 'help'> & { readonly env: string; readonly max: number },
): OptionSpec<number> {
  const { max, ...spec } = option;
  return {
    ...spec,
    value: '<number or auto>',
    fallback: 1,
    rule: `a whole number from 1 to ${max}, or auto`,
    parse: (given) => (given === 'auto' ? Math.min(max, availableParallelism()) : numberIn([1, max], given)),
  };
}

/** Whole numbers with commas between them. */
export function wholeNumbers(
  option: Head & { readonly fallback: readonly number[]; readonly range: Range },
): OptionSpec<readonly number[]> {
  const { range, ...spec } = option;
  const rule = `whole numbers from ${range[0]} to ${range[1]}, separated by commas`;
  return { value: '<numbers>', ...spec, rule, parse: eachOf((given) => numberIn(range, given)) };
}

/** A time in milliseconds. */
export function timeout(env: string, help: string, fallback: number, min = 1): OptionSpec<number> {
  return wholeNumber({ env, value: '<ms>', help, fallback, range: [min, TIMEOUT_MS_MAX] });
}

/** A text of a certain form. */
export function text<T extends string>(
  option: Head & { readonly fallback: T; readonly rule: string; readonly accepts: Accepts },
): OptionSpec<T> {
  const { accepts, ...spec } = option;
  return { ...spec, parse: (given) => (accepts(given) ? (given as T) : undefined) };
}

/** A text that has no default. An empty one is refused. */
export function optionalText(
  option: Head & { readonly rule: string; readonly accepts?: Accepts },
): OptionSpec<string | undefined> {
  const { accepts = () => true, ...spec } = option;
  return {
    ...spec,
    fallback: undefined,
    parse: (given) => (given !== '' && accepts(given) ? given : undefined),
  };
}

/** Values with commas between them; each is in the result once. */
export function list<T>(
  option: Head & {
    readonly fallback: readonly T[];
    readonly rule: string;
    readonly element: (given: string) => T | undefined;
  },
): OptionSpec<readonly T[]> {
  const { element, ...spec } = option;
  return { ...spec, parse: eachOf(element) };
}

/** Off unless its flag is given. */
export function toggle(help: string): OptionSpec<boolean> {
  return { help, fallback: false, rule: 'given or not', parse: (given) => given === 'true' };
}

export type OptionSpecs = Readonly<Record<string, OptionSpec<unknown>>>;

/** The values of these options. */
export type Values<Specs> = {
  readonly [Name in keyof Specs]: Specs[Name] extends OptionSpec<infer T> ? T : never;
};

/** `--pool-size` of `poolSize`. */
export function flagOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** The default as the help shows it; undefined where there is none. */
export function defaultOf({ fallback, fallbackHelp }: OptionSpec<unknown>): string | undefined {
  const standard = fallbackHelp ?? [fallback].flat().join(',');
  return standard === '' || standard === 'false' ? undefined : standard;
}

/** Adds the options to a command; `readOptions` of `read.ts` reads their values from it. */
export function addOptions(command: Command, specs: OptionSpecs): Command {
  const secrets = Object.values(specs).filter(({ exposure }) => exposure === 'secret');
  for (const [name, spec] of Object.entries(specs)) {
    if (spec.exposure === 'secret') continue;
    const option = new Option(
      spec.value === undefined ? flagOf(name) : `${flagOf(name)} ${spec.value}`,
      spec.help,
    );
    const standard = defaultOf(spec);
    if (standard !== undefined) option.default(standard, standard);
    if (spec.env !== undefined) option.env(spec.env);
    command.addOption(option.makeOptionMandatory(spec.isRequired === true));
  }
  if (secrets.length === 0) return command;
  const lines = secrets.map(({ env, help }) => `  ${env}  ${help}`);
  return command.addHelpText('after', `\nFrom the environment only:\n${lines.join('\n')}`);
}

/** The values of a command that is given nothing, whatever the environment says. */
export function defaultsOf<Specs extends OptionSpecs>(specs: Specs): Values<Specs> {
  const entries = Object.entries(specs).map(([name, { fallback }]) => [name, fallback]);
  return Object.fromEntries(entries) as Values<Specs>;
}

/** Values for a log: of secrets and of what may contain one only that they are given. */
export function shownValues<Specs extends OptionSpecs>(
  specs: Specs,
  values: Partial<Values<Specs>>,
): Readonly<Record<string, unknown>> {
  const entries = Object.entries(specs)
    .map(([name, { exposure }]) => [name, values[name], exposure] as const)
    .filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    entries.map(([name, value, exposure]) => [name, exposure === undefined ? value : '[given]']),
  );
}

function numberIn([min, max]: Range, given: string): number | undefined {
  const value = /^\d{1,10}$/.test(given) ? Number(given) : Number.NaN;
  return value >= min && value <= max ? value : undefined;
}

function eachOf<T>(parse: (given: string) => T | undefined): (given: string) => readonly T[] | undefined {
  return (given) => {
    const parts = new Set(given.split(',').map((part) => part.trim()));
    const values = [...parts].map(parse);
    return values.some((value) => value === undefined) ? undefined : (values as readonly T[]);
  };
}
