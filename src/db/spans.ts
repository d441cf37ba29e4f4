/** Spans of statements: their names, never their text or parameters. */
import { SpanKind } from '@opentelemetry/api';
import { activeSpan, inSpan, openTracer } from '../lib/tracing.ts';

/** Does a statement's work in a span. */
export type StatementSpans = <T>(name: string, work: () => Promise<T>) => Promise<T>;

/** Undefined where nothing is traced. Only what belongs to a request or a group has spans. */
export function openStatementSpans(): StatementSpans | undefined {
  const tracer = openTracer();
  if (tracer === undefined) return undefined;
  return (name, work) => {
    if (activeSpan() === undefined) return work();
    const attributes = { 'db.system.name': 'postgresql', 'db.query.summary': name };
    return inSpan(tracer, name, { kind: SpanKind.CLIENT, attributes }, work);
  };
}
