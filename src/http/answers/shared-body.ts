/** Answers to a crowd: who asks at once shares one reading (`sharedNextRun`), and so one body of each coding. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Coding } from './compression.ts';
import { acceptedCoding, compressed } from './compression.ts';

/** Answers 200 with what was read, as JSON in the coding that the client accepts. */
export type SendShared<Reading extends object> = (
  request: FastifyRequest,
  reply: FastifyReply,
  reading: Reading,
) => Promise<FastifyReply>;

/** Makes the body of a reading when it is first asked for, and keeps it for as long as the reading. */
export function createSharedBodies<Reading extends object>(
  textOf: (reading: Reading) => string,
): SendShared<Reading> {
  const bodies = new WeakMap<Reading, Partial<Record<Coding | 'identity', Promise<Buffer>>>>();

  function bodyOf(reading: Reading, coding: Coding | 'identity'): Promise<Buffer> {
    const made = bodies.get(reading) ?? {};
    bodies.set(reading, made);
    made[coding] ??= makeBody(reading, coding);
    return made[coding];
  }

  async function makeBody(reading: Reading, coding: Coding | 'identity'): Promise<Buffer> {
    return coding === 'identity'
      ? Buffer.from(textOf(reading))
      : compressed(coding, await bodyOf(reading, 'identity'));
  }

  return async (request, reply, reading) => {
    const coding = acceptedCoding(request.headers['accept-encoding'], ['br', 'gzip']);
    reply.header('vary', 'accept-encoding').type('application/json; charset=utf-8');
    if (coding !== undefined) reply.header('content-encoding', coding);
    // Bytes do not pass the serializer of the route's schema.
    return reply.send(await bodyOf(reading, coding ?? 'identity'));
  };
}
