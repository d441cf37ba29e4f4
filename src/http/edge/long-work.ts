import type { FastifyReply } from 'fastify';
import type { HttpLimits } from './limits.ts';

/** Lets the connection lie idle for longer while an operator's work takes its time. */
export function allowLongWork(reply: FastifyReply, limits: HttpLimits): void {
  reply.raw.setTimeout(limits.longWorkTimeoutMs, () => reply.raw.destroy());
}
