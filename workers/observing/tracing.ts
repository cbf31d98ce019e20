/**
 * Traces, in the terms of OpenTelemetry: spans of what is done, from an event that a feed sends to the result that comes of it. The context
 * goes with the events, in their properties, as W3C's `traceparent`. Without an exporter (`traceExport.ts`) all of this does nothing.
 * Names and attributes: "Semantic conventions for messaging spans", opentelemetry.io.
 */
import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type Span,
} from '@opentelemetry/api';

const tracer = () => trace.getTracer('spymaster');

const messaging = (hub: string, operation: 'send' | 'process'): Attributes => ({
  'messaging.system': 'eventhubs',
  'messaging.destination.name': hub,
  'messaging.operation.type': operation,
});

/** An event on its way to a hub. */
export interface Sending {
  readonly span: Span;
  /** To go with the event, so that whoever takes it goes on with its trace; undefined where there is none. */
  readonly properties: Record<string, string> | undefined;
}

/** Begins to send an event: as a part of what is being done, or as what a trace begins with. */
export function beginSending(hub: string, attributes: Attributes = {}): Sending {
  const span = tracer().startSpan(`send ${hub}`, {
    kind: SpanKind.PRODUCER,
    attributes: { ...messaging(hub, 'send'), ...attributes },
  });
  const properties: Record<string, string> = {};
  propagation.inject(trace.setSpan(context.active(), span), properties);
  return { span, properties: Object.keys(properties).length > 0 ? properties : undefined };
}

/** The trace that an event came with. */
export const traceOf = (properties: Record<string, unknown> | undefined): Context =>
  properties?.traceparent === undefined ? ROOT_CONTEXT : propagation.extract(ROOT_CONTEXT, properties);

/** Processes an event, as a part of the trace it came with. */
export function processing(
  hub: string,
  origin: Context | undefined,
  attributes: Attributes,
  work: () => void,
): void {
  const options = { kind: SpanKind.CONSUMER, attributes: { ...messaging(hub, 'process'), ...attributes } };
  tracer().startActiveSpan(`process ${hub}`, options, origin ?? ROOT_CONTEXT, (span) => {
    try {
      work();
    } catch (error) {
      failed(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

/** What is being done: what comes of it later is a part of it too (`asPartOf`). */
export const underWay = (): Context => context.active();

/** Does something as a part of what was being done. */
export const asPartOf = (of: Context, work: () => void): void => context.with(of, work);

/** Does something as a part of what is being done. */
export function traced<Result>(
  name: string,
  attributes: Attributes,
  work: () => Promise<Result>,
): Promise<Result> {
  return tracer().startActiveSpan(name, { attributes }, async (span) => {
    try {
      return await work();
    } catch (error) {
      failed(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

function failed(span: Span, error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  span.recordException(error instanceof Error ? error : message);
  span.setStatus({ code: SpanStatusCode.ERROR, message });
}

/** Ends the span of something that has failed. */
export function endAsFailed(span: Span, error: unknown): void {
  failed(span, error);
  span.end();
}
