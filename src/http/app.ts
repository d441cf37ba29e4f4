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

/** What the routes work with: made in one place, handed to every route. */
export interface HttpContext {
  readonly boxOffice: BoxOffice;
  readonly limits: HttpLimits;
  /** Whether this service issues development tokens, whose buyers top up their own wallet. */
  readonly isDevelopment: boolean;
  /** Aborts when the server begins to close: what has no end of its own is to end now. */
  readonly closing: AbortSignal;
}
