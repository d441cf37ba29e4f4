/** Registers an OpenTelemetry SDK for a file's tests, which keeps the spans in memory. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Context, ContextManager, TextMapPropagator } from '@opentelemetry/api';
import { context, propagation, ROOT_CONTEXT, trace, TraceFlags } from '@opentelemetry/api';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterAll, beforeAll } from 'vitest';

/** What the SDK's package for Node registers, in the parts that are used. */
function contextManager(): ContextManager {
  const storage = new AsyncLocalStorage<Context>();
  const manager: ContextManager = {
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (active, work, self, ...given) => storage.run(active, () => work.apply(self as never, given)),
    bind: (_, target) => target,
    enable: () => manager,
    disable: () => manager,
  };
  return manager;
}

/** Reads `traceparent` (W3C Trace Context, section 3.2). */
const propagator: TextMapPropagator = {
  inject: () => undefined,
  fields: () => ['traceparent'],
  extract: (into, carrier, getter) => {
    const given = String(getter.get(carrier, 'traceparent'));
    const [, traceId, spanId] = /^00-([0-9a-f]{32})-([0-9a-f]{16})-01$/.exec(given) ?? [];
    if (traceId === undefined || spanId === undefined) return into;
    return trace.setSpanContext(into, { traceId, spanId, traceFlags: TraceFlags.SAMPLED, isRemote: true });
  },
};

/** Call it before what is to be traced is opened. */
export function useSpans(): InMemorySpanExporter {
  const exporter = new InMemorySpanExporter();
  beforeAll(() => {
    trace.setGlobalTracerProvider(
      new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
    );
    context.setGlobalContextManager(contextManager());
    propagation.setGlobalPropagator(propagator);
  });
  afterAll(() => {
    // Other files may share this process.
    trace.disable();
    context.disable();
    propagation.disable();
  });
  return exporter;
}
