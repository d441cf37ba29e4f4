/** Reads the values of a command's options: from flags, the environment and a file. */
import type { Command } from 'commander';
import { StrategyRefused } from '../../operations/registry.ts';
import { note } from '../shared/terminal.ts';
import { readConfigFile } from './config-file.ts';
import type { Variables, Written } from './config-file.ts';
import { ConfigError, flagOf } from './option.ts';
import type { OptionSpec, OptionSpecs, Values } from './option.ts';

const PASSWORD_IN_URL = /^\w+:\/\/[^/@:]*:[^/@]+@/;

/**
 * A parsed command's values: from the flag, else a non-empty variable, else the file that the option `config` names, else
 * the default. Throws `ConfigError`.
 */
export function readOptions<Specs extends OptionSpecs>(
  specs: Specs,
  command: Command,
  variables: Variables = new Map(),
): Values<Specs> {
  const { config } = specs;
  const path = config === undefined ? undefined : valueOf('config', config, command, new Map());
  const written = typeof path === 'string' ? readConfigFile(path, variables) : new Map<string, Written>();
  const entries = Object.entries(specs).map(([name, spec]) => [name, valueOf(name, spec, command, written)]);
  return Object.fromEntries(entries) as Values<Specs>;
}

function valueOf(
  name: string,
  spec: OptionSpec<unknown>,
  command: Command,
  written: ReadonlyMap<string, Written>,
): unknown {
  const isFlag = command.getOptionValueSource(name) === 'cli';
  const given = isFlag
    ? { value: String(command.getOptionValue(name)), source: flagOf(name) }
    : setBy(spec, written);
  if (given === undefined) return spec.fallback;
  const value = parseAs(spec, given);
  if (isFlag && spec.env !== undefined && spec.exposure === 'private' && PASSWORD_IN_URL.test(given.value)) {
    note(`WARNING: other users of this machine can read the password in ${flagOf(name)}; use ${spec.env}`);
  }
  if (value !== undefined) return value;
  const instead = spec.exposure === undefined ? `, not ${JSON.stringify(given.value.slice(0, 80))}` : '';
  throw new ConfigError(`${given.source} must be ${spec.rule}${instead}`);
}

/** What the environment says, else the file. */
function setBy(
  { env = '' }: OptionSpec<unknown>,
  written: ReadonlyMap<string, Written>,
): Written | undefined {
  const value = process.env[env];
  return value === undefined || value === '' ? written.get(env) : { value, source: env };
}

function parseAs(spec: OptionSpec<unknown>, { value, source }: Written): unknown {
  try {
    return spec.parse(value);
  } catch (error) {
    if (error instanceof StrategyRefused) throw new ConfigError(`${source}: ${error.message}`);
    throw error;
  }
}
