import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { BoxOffice, NotReady, ProcessActivity } from '../box-office/box-office.ts';
import type { HttpLimits } from './edge/limits.ts';
import type { Senders } from './edge/guard.ts';
import type { Places } from './edge/places.ts';
import type { RateLimiter } from './edge/rates/limiter.ts';
import type { SignInKind } from './sign-in/config.ts';
import type { SignIn } from './sign-in/sign-in.ts';

/** The HTTP application: requests and answers are typed by the routes' schemas. */
export type App = FastifyInstance<
  Server,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** What is one for the whole service, however many processes it has. */
export interface WholeService {
  readonly places: Places;
  readonly rates: RateLimiter;
  readActivity(): Promise<ProcessActivity>;
  /** Why one of the processes cannot sell now; undefined when all can. */
  whyNotReady(): Promise<NotReady>;
}

/** The dependencies of the routes, made in one place. */
export interface HttpContext {
  readonly boxOffice: BoxOffice;
  readonly limits: HttpLimits;
  readonly service: WholeService;
  /** Whether this service issues development tokens, whose buyers top up their own wallets. */
  readonly isDevelopment: boolean;
  readonly senders: Senders;
  /** Signing in at an issuer; undefined where none is configured. */
  readonly signIn: SignIn | undefined;
  readonly signInKind: SignInKind;
  /** Aborts when the server begins to close, to end what would not end by itself. */
  readonly closing: AbortSignal;
}
