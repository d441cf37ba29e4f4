import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { BoxOffice } from '../box-office/box-office.ts';
import type { HttpLimits } from './edge/limits.ts';

/** The HTTP application: requests and answers are typed by the routes' schemas. */
export type App = FastifyInstance<
  Server,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** The dependencies of the routes, made in one place. */
export interface HttpContext {
  readonly boxOffice: BoxOffice;
  readonly limits: HttpLimits;
  /** Whether this service issues development tokens, whose buyers top up their own wallets. */
  readonly isDevelopment: boolean;
  /** Aborts when the server begins to close, to end what would not end by itself. */
  readonly closing: AbortSignal;
}
