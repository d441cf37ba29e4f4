/**
 * Spans by `@opentelemetry/api`. Each part of the program asks for a tracer once, when it is opened. There is none unless a
 * provider has been registered before, and then a request does nothing for it.
 */
import { context, ProxyTracerProvider, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import type { SpanContext, SpanOptions, Tracer } from '@opentelemetry/api';

/** The tracer, if a provider has been registered by now; undefined otherwise. */
export function openTracer(): Tracer | undefined {
  const registered = trace.getTracerProvider();
  const provider = registered instanceof ProxyTracerProvider ? registered.getDelegate() : registered;
  return provider === new ProxyTracerProvider().getDelegate() ? undefined : registered.getTracer('rowlock');
}

/** The span that is active now, such as a request's. */
export function activeSpan(): SpanContext | undefined {
  return trace.getActiveSpan()?.spanContext();
}

export interface SpanTerms extends SpanOptions {
  /** Its work is of no request alone: the span begins a trace of its own. */
  readonly isOwnTrace?: boolean;
}

/** Does the work in a span. An error marks the span by its code, never by its message, which may name rows. */
export async function inSpan<T>(
  tracer: Tracer,
  name: string,
  { isOwnTrace = false, ...options }: SpanTerms,
  work: () => Promise<T>,
): Promise<T> {
  const parent = isOwnTrace ? ROOT_CONTEXT : context.active();
  const span = tracer.startSpan(name, options, parent);
  try {
    return await context.with(trace.setSpan(parent, span), work);
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    span.setAttribute('error.type', typeof code === 'string' ? code : (error as Error).constructor.name);
    span.setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
}
