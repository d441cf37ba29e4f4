/** The HTTP interface of the box office. */
import { randomUUID } from 'node:crypto';
import { isUtf8 } from 'node:buffer';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyBaseLogger, FastifyInstance, FastifyReply } from 'fastify';
import { fastify, LogController } from 'fastify';
import type { BoxOffice } from '../box-office/box-office.ts';
import type { App, WholeService } from './app.ts';
import type { AuthConfig } from './edge/tokens/auth-config.ts';
import { createAuthenticator, takesNoTokens } from './edge/tokens/auth.ts';
import { closeGracefully } from './edge/closing.ts';
import type { Connections } from './edge/connections.ts';
import { createConnections } from './edge/connections.ts';
import type { DevelopmentConfig } from './edge/tokens/development.ts';
import { createTokenIssuer } from './edge/tokens/development.ts';
import { answerFault, BodyNotUtf8 } from './answers/faults.ts';
import { sendProblem } from './answers/problem.ts';
import { guardRoutes } from './edge/guard.ts';
import { locateBehind, withoutBasePath } from './edge/base-path.ts';
import { readForwarded } from './edge/client/forwarded.ts';
import { allowOrigins } from './edge/cors.ts';
import type { Exposure } from './edge/exposure.ts';
import type { HttpLimits } from './edge/limits.ts';
import { collectMethods } from './edge/methods.ts';
import type { HttpObserver } from './observing/answers.ts';
import { observeAnswers } from './observing/answers.ts';
import { createPlaces } from './edge/places.ts';
import { createRateLimiter } from './edge/rates/limiter.ts';
import { createIdentify } from './edge/session/identify.ts';
import { createOriginOf } from './edge/session/origin.ts';
import type { OidcConfig, SignInKind } from './sign-in/config.ts';
import { createSignIn } from './sign-in/sign-in.ts';
import {
  HEADER_BYTES_MAX,
  HTTP_LIMITS,
  PATH_PARAM_LENGTH_MAX,
  TIMEOUT_CHECK_INTERVAL_MS,
} from './edge/limits.ts';
import { logAnswers } from './edge/log/answers.ts';
import { clientRequestIdOf } from './edge/log/request-ids.ts';
import { serveDocsPages } from './openapi/docs-pages.ts';
import { describeApi } from './openapi/openapi.ts';
import { createPageFacts } from './page-facts.ts';
import { PAGES_DIR, servePages } from './pages.ts';
import { registerRoutes } from './routes/routes.ts';
import { securityTxtRoute } from './routes/security-txt/route.ts';
import { traceRequests } from './observing/spans.ts';
import { compileValidator } from './edge/validation.ts';
import { answerUnreadable, refuseExpectations } from './edge/unreadable.ts';

export interface ServerOptions {
  /** What the routes call; the server does not close it. */
  readonly boxOffice: BoxOffice;
  /** Without it no bearer token is taken. */
  readonly auth?: AuthConfig | undefined;
  /** Signs people in by their browsers, at this issuer. */
  readonly oidc?: OidcConfig | undefined;
  /** Issues tokens to any request from this machine; only on the embedded database. */
  readonly development?: DevelopmentConfig | undefined;
  /** Without it nothing is logged; see `createLogger`. */
  readonly logger?: FastifyBaseLogger | undefined;
  /** Whether each answer is logged, whatever the logger's level is; not by default. */
  readonly accessLog?: boolean | undefined;
  readonly limits?: Partial<HttpLimits> | undefined;
  readonly exposure?: Exposure | undefined;
  /** The service of which this server is one of several processes; by default this server is all of it. */
  readonly service?: WholeService | undefined;
  /** Gets each answer, for metrics. */
  readonly observer?: HttpObserver | undefined;
  /** The directory of the built pages; the package's own by default. */
  readonly pagesDir?: string | undefined;
}

/**
 * Makes the server, ready to listen. Closing it refuses new work with `overloaded`, finishes requests in
 * flight (for at most `closeTimeoutMs`), and then ends. Throws `AuthConfigInvalid`.
 */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const limits = { ...HTTP_LIMITS, ...options.limits };
  const { exposure = {}, auth, oidc, boxOffice, development } = options;
  const { service = aloneWith(boxOffice, limits) } = options;
  const authenticator =
    auth === undefined
      ? takesNoTokens()
      : await createAuthenticator(auth, (message) => options.logger?.warn(message));
  const issueToken = development && (await createTokenIssuer(development, auth ?? {}));
  const originOf = createOriginOf(exposure.publicUrl);
  const senders = { identify: createIdentify(authenticator, boxOffice, originOf), originOf };
  const connections = createConnections();
  const app = openApp(options.logger, limits, exposure, connections);
  // First, because the hooks below ask for the client and its protocol.
  if (exposure.forwardedHeader === 'forwarded') readForwarded(app, exposure.trustedProxies ?? []);
  logAnswers(app, options.accessLog === true);
  observeAnswers(app, connections, options.observer);
  traceRequests(app);
  const closing = closeGracefully(app, connections, limits);
  locateBehind(app, exposure.basePath ?? '');
  protectAnswers(app);
  allowOrigins(app, exposure.corsOrigins ?? []);
  readJsonOnly(app);
  app.setValidatorCompiler(compileValidator);
  app.setErrorHandler(answerFault);
  guardRoutes(app, senders, service.rates);
  const answerMethod = collectMethods(app);
  app.addHook('onClose', () => authenticator.close());
  await describeApi(app);
  const isDevelopment = issueToken !== undefined;
  const docs = exposure.docs ?? isDevelopment;
  if (docs) await serveDocsPages(app);
  const signIn = oidc && createSignIn(oidc, boxOffice);
  const signInKind = signInKindOf(oidc, isDevelopment);
  const context = { boxOffice, limits, service, isDevelopment, senders, signIn, signInKind, closing };
  registerRoutes(app, context, issueToken);
  if (exposure.securityContact !== undefined) securityTxtRoute(app, exposure.securityContact);
  const pages = { directory: options.pagesDir ?? PAGES_DIR, docs, signInKind };
  servePages(app, pages, answerMethod, createPageFacts(boxOffice));
  await app.ready();
  return app;
}

/** An issuer counts before development tokens: a page offers one way. */
function signInKindOf(oidc: OidcConfig | undefined, isDevelopment: boolean): SignInKind {
  if (oidc !== undefined) return 'oidc';
  return isDevelopment ? 'development' : 'token';
}

/** A service of one process. */
function aloneWith(boxOffice: BoxOffice, limits: HttpLimits): WholeService {
  return {
    places: createPlaces(limits),
    rates: createRateLimiter(limits.rates),
    readActivity: async () => boxOffice.operator.readActivity(),
    whyNotReady: () => boxOffice.whyNotReady(),
  };
}

function openApp(
  logger: FastifyBaseLogger | undefined,
  limits: HttpLimits,
  { basePath = '', trustedProxies = [] }: Exposure,
  connections: Connections,
): App {
  const app = fastify({
    ...(logger !== undefined && { loggerInstance: logger }),
    logController: new LogController({ disableRequestLogging: true }),
    // A child for each request would cost more than its lines do: they name the request themselves.
    childLoggerFactory: (log) => log,
    genReqId: () => randomUUID(),
    ...(trustedProxies.length > 0 && { trustProxy: [...trustedProxies] }),
    ...(basePath !== '' && { rewriteUrl: withoutBasePath(basePath) }),
    bodyLimit: limits.bodyLimitBytes,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionTimeout: limits.connectionTimeoutMs,
    // `closeGracefully` refuses while closing; Fastify's own answer is not a problem document.
    return503OnClosing: false,
    http: {
      maxHeaderSize: HEADER_BYTES_MAX,
      headersTimeout: limits.headersTimeoutMs,
      connectionsCheckingInterval: Math.min(TIMEOUT_CHECK_INTERVAL_MS, limits.headersTimeoutMs),
    },
    routerOptions: { maxParamLength: PATH_PARAM_LENGTH_MAX },
    // No hook runs for these.
    frameworkErrors: (error, request, reply) => {
      protect(reply);
      answerFault(error, request, reply);
    },
    clientErrorHandler: answerUnreadable(connections, basePath),
  }).withTypeProvider<TypeBoxTypeProvider>();
  app.server.maxConnections = limits.connectionsMax;
  connections.watch(app.server);
  refuseExpectations(app.server, basePath);
  return app;
}

function protectAnswers(app: App): void {
  app.addHook('onRequest', (request, reply, done) => {
    protect(reply);
    reply.header('x-request-id', clientRequestIdOf(request.headers) ?? request.id);
    // Over TLS only, as a trusted proxy says: a service without it must stay reachable (RFC 6797 section 7.2).
    if (request.protocol === 'https') reply.header('strict-transport-security', HSTS);
    // The router would cut off a fragment, and answer for another resource than the named one.
    if (request.raw.url?.includes('#') === true) {
      sendProblem(reply, 'invalid_request', { detail: 'The path has a fragment (#), which is never sent.' });
    } else done();
  });
}

/** A year, for this host alone: what its subdomains speak is not known here. */
const HSTS = `max-age=${365 * 86_400}`;

function protect(reply: FastifyReply): void {
  reply.header('x-content-type-options', 'nosniff');
  reply.header('referrer-policy', 'no-referrer');
  reply.header('content-security-policy', "default-src 'none'; frame-ancestors 'none'");
}

/** Accepts only JSON by RFC 8259. An empty body counts as none, whatever its declared type. */
function readJsonOnly(app: App): void {
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    if (body.length === 0) done(null, undefined);
    else if (isUtf8(body)) void parseJson(request, body.toString('utf8'), done);
    else done(new BodyNotUtf8(), undefined);
  });
}
