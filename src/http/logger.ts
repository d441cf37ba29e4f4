/** The service's log: one JSON object a line, and nothing in it that opens a door. */
import type { FastifyInstance } from 'fastify';
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

/** What a text may carry that a log must not: connection strings, bearer tokens, JSON Web Tokens. */
const SECRETS = /\b(postgres(?:ql)?:\/\/)[^\s"']+|\b(Bearer )\S+|\beyJ[\w-]+\.[\w-]+\.[\w-]*/gi;

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

/** Logs a line per answer: route, status, milliseconds, outcome. The path itself may carry ids and is not written. */
export function logAnswers(app: FastifyInstance): void {
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
    done();
  });
}
