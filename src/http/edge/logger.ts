/** The service's log: one JSON object a line, without secrets. */
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
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

/** How long one warning covers all refusals of the same cause. */
const CAUSE_TOLD_FOR_MS = 10_000;

/**
 * Logs a line per answer: route, status, the client's address, milliseconds, outcome. It omits the path, which may contain ids. A
 * refusal's cause, which the answer omits, is also a warning, for logs without these lines.
 */
export function logAnswers(app: FastifyInstance): void {
  const warnOfCause = createCauseWarnings();
  app.decorateReply('outcome', 'ok');
  app.decorateReply('refusalCause', undefined);
  app.addHook('onResponse', (request, reply, done) => {
    request.log.info({
      reqId: request.id,
      method: request.method,
      route: request.routeOptions.url,
      status: reply.statusCode,
      address: request.ip,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      outcome: reply.outcome,
      cause: reply.refusalCause,
    });
    if (reply.refusalCause !== undefined) warnOfCause(request.log, reply.outcome, reply.refusalCause);
    done();
  });
}

/** Warns of a cause at once, and then once per period for all repetitions in it. */
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
