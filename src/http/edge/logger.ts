/** The service's log: one JSON object a line, and nothing in it that opens a door. */
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { DestinationStream, Logger } from 'pino';
import { pino, stdSerializers } from 'pino';

export interface LoggerOptions {
  /** `info` by default; `silent` writes nothing. */
  readonly level?: string;
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
 * What a text may carry that a log must not: connection strings, bearer tokens, JSON Web Tokens. Such a token's first part
 * goes no further than to where the next may begin: else each would be read to the end of a text that is full of them.
 */
const SECRETS = /\b(postgres(?:ql)?:\/\/)[^\s"']+|\b(Bearer )\S+|\beyJ(?:(?!-eyJ)[\w-])+\.[\w-]+\.[\w-]*/gi;

/** Opens a log. Known names of secrets are left out at the first two levels, and errors' texts are searched for them. */
export function createLogger(options: LoggerOptions = {}): Logger {
  const settings = {
    level: options.level ?? 'info',
    base: null,
    redact: { paths: SECRET_NAMES.flatMap((name) => [name, `*.${name}`]), remove: true },
    serializers: { err: errorForLog },
  };
  return options.destination === undefined ? pino(settings) : pino(settings, options.destination);
}

function errorForLog(error: Error): unknown {
  // An error's own properties may hold anything (an invalid URL is kept as `input`), so only these are taken.
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

/** How long one warning stands for all refusals of the same cause. */
const CAUSE_TOLD_FOR_MS = 10_000;

/**
 * Logs a line per answer: route, status, milliseconds, outcome. The path itself may carry ids and is not written. A
 * refusal's cause, which its answer does not tell, is also a warning, so that a log without those lines has it.
 */
export function logAnswers(app: FastifyInstance): void {
  const warnOfCause = createCauseWarnings();
  app.decorateReply('outcome', 'ok');
  app.decorateReply('refusalCause', undefined);
  app.addHook('onResponse', (request, reply, done) => {
    request.log.info({
      method: request.method,
      route: request.routeOptions.url,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      outcome: reply.outcome,
      cause: reply.refusalCause,
    });
    if (reply.refusalCause !== undefined) warnOfCause(request.log, reply.outcome, reply.refusalCause);
    done();
  });
}

/** Warns of a cause at once, and then once for all that come in the time for which that stands. */
function createCauseWarnings(): (log: FastifyBaseLogger, outcome: string, cause: string) => void {
  const told = new Map<string, { readonly atMs: number; untold: number }>();
  return (log, outcome, cause) => {
    const name = `${outcome} ${cause}`;
    const last = told.get(name);
    if (last !== undefined && performance.now() - last.atMs < CAUSE_TOLD_FOR_MS) {
      last.untold += 1;
      return;
    }
    told.set(name, { atMs: performance.now(), untold: 0 });
    log.warn({ outcome, cause, answers: 1 + (last?.untold ?? 0) }, 'refused');
  };
}
