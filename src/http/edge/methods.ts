/** The methods that a path takes, for the answers to other ones. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sendProblem } from '../answers/problem.ts';

/** Answers OPTIONS, and 405 to a method that the path does not take; false for a path that no route has. */
export type AnswerMethod = (request: FastifyRequest, reply: FastifyReply) => boolean;

/** Collects the methods of every route that is registered after it (RFC 9110 sections 9.3.7 and 15.5.6). */
export function collectMethods(app: FastifyInstance): AnswerMethod {
  const methods = new Map<string, { readonly pattern: RegExp; readonly taken: Set<string> }>();
  app.addHook('onRoute', ({ url, method }) => {
    const route = methods.get(url) ?? { pattern: patternOf(url), taken: new Set(['OPTIONS']) };
    methods.set(url, route);
    for (const each of [method].flat()) route.taken.add(each);
  });
  return (request, reply) => {
    const [path = ''] = request.url.split('?', 1);
    const routes = [...methods.values()].filter(({ pattern }) => pattern.test(path));
    const taken = [...new Set(routes.flatMap((route) => [...route.taken]))].sort();
    if (taken.length === 0) return false;
    reply.header('allow', taken.join(', '));
    if (request.method === 'OPTIONS') reply.code(204).send();
    else {
      const detail = `This path does not take ${request.method}; it takes ${taken.join(', ')}.`;
      sendProblem(reply, 'invalid_request', { detail }, 405);
    }
    return true;
  };
}

function patternOf(url: string): RegExp {
  const escaped = url.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll(/:\w+/g, '[^/]+').replaceAll('*', '.*')}$`);
}
