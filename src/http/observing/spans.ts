/** A span for each request, which continues the caller's trace. */
import type { Span } from '@opentelemetry/api';
import { context, propagation, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { openTracer } from '../../lib/tracing.ts';

/**
 * Traces every request from now on, if a tracer provider has been registered. Paths are left out, because they may contain
 * ids of accounts.
 */
export function traceRequests(app: FastifyInstance): void {
  const tracer = openTracer();
  if (tracer === undefined) return;
  const spans = new WeakMap<FastifyRequest, Span>();
  app.addHook('onRequest', (request, _reply, done) => {
    const { method } = request;
    const route = request.routeOptions.url;
    const attributes = {
      'http.request.method': method,
      ...(route !== undefined && { 'http.route': route }),
      'url.scheme': request.protocol,
    };
    const parent = propagation.extract(ROOT_CONTEXT, request.headers);
    const name = route === undefined ? method : `${method} ${route}`;
    spans.set(request, tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent));
    done();
  });
  // The body has been read: what follows runs in the context of the request, not of its connection.
  app.addHook('preHandler', (request, _reply, done) => {
    const span = spans.get(request);
    if (span === undefined) done();
    else context.with(trace.setSpan(context.active(), span), done);
  });
  app.addHook('onResponse', (request, reply, done) => {
    const span = spans.get(request);
    span?.setAttributes({ 'http.response.status_code': reply.statusCode, 'rowlock.outcome': reply.outcome });
    if (reply.statusCode >= 500) {
      span?.setAttribute('error.type', reply.outcome);
      span?.setStatus({ code: SpanStatusCode.ERROR });
    }
    span?.end();
    done();
  });
}
