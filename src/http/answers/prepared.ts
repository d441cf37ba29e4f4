/** Bodies that many clients request: each is made, hashed and compressed once, and kept by the caller. */
import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Coding } from './compression.ts';
import { acceptedCoding, compressed } from './compression.ts';
import { matchesETag } from './etag.ts';

export interface PreparedBody {
  readonly type: string;
  /** A weak tag, or a strong one that takes the coding's name as a suffix (RFC 9110 section 8.8.3.3). */
  readonly etag: string;
  readonly codings: readonly Coding[];
  /** The bytes in a coding, compressed off the event loop at the first request. */
  bytes(coding: Coding | undefined): Buffer | Promise<Buffer>;
}

/** Prepares bytes under their hash, a strong tag. */
export function prepareBytes(
  bytes: Buffer,
  options: { readonly type: string; readonly codings: readonly Coding[]; readonly brotliQuality?: number },
): PreparedBody {
  const hash = createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
  return prepared(() => bytes, { ...options, etag: `"${hash}"` });
}

/** Prepares JSON under a tag known beforehand, so that a 304 needs no JSON. */
export function prepareJson(
  textOf: () => string,
  options: { readonly etag: string; readonly codings: readonly Coding[] },
): PreparedBody {
  let made: Buffer | undefined;
  return prepared(() => (made ??= Buffer.from(textOf())), { ...options, type: JSON_TYPE });
}

export const JSON_TYPE = 'application/json; charset=utf-8';

function prepared(
  content: () => Buffer,
  options: Omit<PreparedBody, 'bytes'> & { readonly brotliQuality?: number },
): PreparedBody {
  const made = new Map<Coding, Promise<Buffer>>();
  return {
    ...options,
    bytes: (coding) => {
      if (coding === undefined) return content();
      const making = made.get(coding) ?? compressed(coding, content(), options.brotliQuality);
      made.set(coding, making);
      return making;
    },
  };
}

/** Answers with the body in a coding that the client accepts, or 304 if it already has the body. */
export async function sendPrepared(
  request: FastifyRequest,
  reply: FastifyReply,
  body: PreparedBody,
): Promise<FastifyReply> {
  const coding = acceptedCoding(request.headers['accept-encoding'], body.codings);
  reply.header('etag', tagOf(body, coding));
  if (body.codings.length > 0) reply.header('vary', 'accept-encoding');
  const known = request.headers['if-none-match'];
  const isKnown = [undefined, ...body.codings].some((each) => matchesETag(known, tagOf(body, each)));
  if (reply.statusCode === 200 && isKnown) return reply.code(304).send();
  reply.type(body.type);
  if (coding !== undefined) reply.header('content-encoding', coding);
  // Bytes bypass the serializer of the route's schema.
  return reply.send(await body.bytes(coding));
}

function tagOf({ etag }: PreparedBody, coding: Coding | undefined): string {
  return coding === undefined || etag.startsWith('W/') ? etag : `${etag.slice(0, -1)}-${coding}"`;
}
