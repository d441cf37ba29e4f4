/** Answers for what a request has made, or an earlier one with its key. */
import type { FastifyReply } from 'fastify';
import type { Outcome } from '../../domain/outcomes.ts';

/** Answers 201 with the place of what was made, where it has one. */
export function answerMade(reply: FastifyReply, made: Outcome, location?: string): void {
  reply.code(201);
  if (location !== undefined) reply.header('location', location);
  tellReplay(reply, made);
}

/** Tells in a header that an earlier request did it. */
export function tellReplay(reply: FastifyReply, { replayed }: Outcome): void {
  if (replayed === true) reply.header('idempotency-replayed', 'true');
}
