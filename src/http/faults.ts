/** What Fastify and Node refuse or throw, as problems. Nothing of an error's text or stack reaches a client. */
import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { CommitUnknown } from '../db/database.ts';
import type { Refusal } from '../domain/outcomes.ts';
import { refuse } from '../domain/outcomes.ts';
import { refusalOf } from '../operations/attempt.ts';
import type { BrokenRule } from './problem.ts';
import {
  PROBLEM_TYPE,
  problemText,
  sendBrokenRules,
  sendNoRoute,
  sendProblem,
  sendRefusal,
} from './problem.ts';

/** Rules of HTTP that Fastify enforces before a route's own, by its error codes. */
const PROTOCOL_FAULTS: Readonly<Record<string, { readonly status: number; readonly detail: string }>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: { status: 413, detail: 'The body is too large.' },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: { status: 415, detail: 'Send the body as application/json.' },
  FST_ERR_CTP_INVALID_JSON_BODY: { status: 400, detail: 'The body is not JSON.' },
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: {
    status: 400,
    detail: 'The body is not as long as Content-Length says.',
  },
  FST_ERR_BAD_URL: { status: 400, detail: 'The path is not validly encoded.' },
};

/** A body that is not UTF-8 (RFC 8259 section 8.1). */
export class BodyNotUtf8 extends Error {}

/** Answers whatever was thrown on the way to an answer. */
export function answerFault(error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  if (error.validation !== undefined) {
    sendBrokenRules(reply, brokenRules(error.validation, error.validationContext ?? 'request'));
    return;
  }
  if (error instanceof BodyNotUtf8) {
    sendProblem(reply, 'invalid_request', { detail: 'The body is not UTF-8.' });
    return;
  }
  if (error.code === 'FST_ERR_MAX_PARAM_LENGTH') {
    sendNoRoute(reply);
    return;
  }
  const known = PROTOCOL_FAULTS[error.code];
  if (known !== undefined || isClientFault(error)) {
    const { status, detail } = known ?? { status: 400, detail: 'The request is not valid HTTP.' };
    sendProblem(reply, 'invalid_request', { detail }, status);
    return;
  }
  request.log.error({ err: error }, 'a request failed');
  sendRefusal(reply, { outcome: 'internal' });
}

/** The refusal that a fault of the database amounts to, for work that throws it; a fault of the program is thrown on. */
export function refusalOfThrown(error: unknown): Refusal {
  return error instanceof CommitUnknown ? refuse('outcome_unknown') : refusalOf(error);
}

/** Fastify's other refusals, and a client that went away while it was sending. */
function isClientFault(error: FastifyError): boolean {
  const status = error.statusCode ?? 500;
  return status >= 400 && status < 500 && (error.code?.startsWith('FST_') || error.code === 'ECONNRESET');
}

type Violation = NonNullable<FastifyError['validation']>[number];

const PARTS: Readonly<Record<string, string>> = { querystring: 'query', headers: 'header' };

function brokenRules(violations: readonly Violation[], context: string): BrokenRule[] {
  const part = PARTS[context] ?? context;
  const meant = violations.filter((violation) => violation.keyword !== 'boolean');
  return meant.flatMap((violation) => {
    const path = `${part}${violation.instancePath}`;
    const { requiredProperties, additionalProperties } = violation.params as Record<
      string,
      string[] | undefined
    >;
    if (requiredProperties !== undefined) {
      return requiredProperties.map((name) => ({ path: `${path}/${name}`, rule: 'is required' }));
    }
    if (additionalProperties !== undefined) {
      return additionalProperties
        .slice(0, 10)
        .map((name) => ({ path: `${path}/${name.slice(0, 64)}`, rule: 'is unknown' }));
    }
    return [{ path, rule: violation.message ?? 'is invalid' }];
  });
}

/** What Node's HTTP parser refuses before there is a request. */
const PARSER_FAULTS: Readonly<Record<string, { readonly status: string; readonly detail: string }>> = {
  HPE_HEADER_OVERFLOW: {
    status: '431 Request Header Fields Too Large',
    detail: 'The headers are too large.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: { status: '408 Request Timeout', detail: 'The request took too long to arrive.' },
};
const MALFORMED = { status: '400 Bad Request', detail: 'The request is not valid HTTP.' };

/** Answers a connection on which no request could be read, and closes it. */
export function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  // After a reset nobody listens; in the middle of an answer another one would corrupt it.
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable || socket.bytesWritten > 0) {
    socket.destroy();
    return;
  }
  const { status, detail } = PARSER_FAULTS[error.code ?? ''] ?? MALFORMED;
  const body = problemText('invalid_request', {
    status: Number.parseInt(status, 10),
    instance: randomUUID(),
    detail,
  });
  const head = `HTTP/1.1 ${status}\r\ncontent-type: ${PROBLEM_TYPE}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`;
  socket.end(`${head}connection: close\r\n\r\n${body}`);
}
