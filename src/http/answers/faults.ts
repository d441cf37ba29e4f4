/**
 * Turns Fastify's refusals and thrown errors into problems. No text or stack of an error reaches a client.
 */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { idsOf } from '../edge/log/request-ids.ts';
import type { BrokenRule } from './problem.ts';
import { sendBrokenRules, sendNoRoute, sendProblem, sendRefusal } from './problem.ts';

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

/** What Fastify refuses with this status besides 400. */
export function protocolFaultDetail(status: number): string | undefined {
  if (status === 400) return undefined;
  return Object.values(PROTOCOL_FAULTS).find((fault) => fault.status === status)?.detail;
}

/** A body that is not UTF-8 (RFC 8259 section 8.1). */
export class BodyNotUtf8 extends Error {}

/** Answers any error thrown while a request was handled. */
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
  request.log.error({ ...idsOf(request), err: error }, 'a request failed');
  sendRefusal(reply, { outcome: 'internal' });
}

/** Fastify's other refusals, and a client that disconnected while sending. */
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
