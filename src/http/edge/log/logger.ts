/** The service's log: one JSON object a line, without secrets. */
import type { DestinationStream, Logger } from 'pino';
import { pino, stdSerializers } from 'pino';

export interface LoggerOptions {
  /** `info` by default; `silent` writes nothing. */
  readonly level?: string;
  /** The number of this process, on each line; for a service of several. */
  readonly process?: number | undefined;
  /** Standard output by default. */
  readonly destination?: DestinationStream;
}

const SECRET_NAMES = [
  'authorization',
  'token',
  'password',
  'secret',
  'databaseUrl',
  'connectionString',
  'headers',
  'body',
];

/**
 * Secrets that a text may contain: connection strings, bearer tokens, JSON Web Tokens. The first part of such
 * a token ends where the next may begin: otherwise each would be read to the end of a text full of them.
 */
const SECRETS = /\b(postgres(?:ql)?:\/\/)[^\s"']+|\b(Bearer )\S+|\beyJ(?:(?!-eyJ)[\w-])+\.[\w-]+\.[\w-]*/gi;

/** Opens a log that omits known names of secrets at the first two levels, and secrets in errors' texts. */
export function createLogger(options: LoggerOptions = {}): Logger {
  const settings = {
    level: options.level ?? 'info',
    base: options.process === undefined ? null : { process: options.process },
    redact: { paths: SECRET_NAMES.flatMap((name) => [name, `*.${name}`]), remove: true },
    serializers: { err: errorForLog },
  };
  return options.destination === undefined ? pino(settings) : pino(settings, options.destination);
}

function errorForLog(error: Error): unknown {
  // An error's own properties may hold anything (an invalid URL is kept as `input`), so it logs only these.
  const { type, message, stack, code } = stdSerializers.err(error) as ReturnType<
    typeof stdSerializers.err
  > & {
    readonly code?: unknown;
  };
  return { type, code, message: withoutSecrets(message), stack: withoutSecrets(stack) };
}

function withoutSecrets(text: string): string {
  return text.replaceAll(SECRETS, (_found, url: string | undefined, scheme: string | undefined) => {
    return `${url ?? scheme ?? ''}[removed]`;
  });
}
