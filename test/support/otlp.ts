/** A collector of traces: takes what exporters send over OTLP, read by the published definition of its messages. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parse } from 'protobufjs';

/** The part of opentelemetry/proto/trace/v1/trace.proto and its imports that is looked at; unknown fields are skipped. */
const PROTO = `
syntax = "proto3";
message Request { repeated ResourceSpans resource_spans = 1; }
message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; }
message Resource { repeated KeyValue attributes = 1; }
message ScopeSpans { repeated Span spans = 2; }
message Span { bytes trace_id = 1; bytes span_id = 2; bytes parent_span_id = 4; string name = 5; int32 kind = 6; repeated KeyValue attributes = 9; }
message KeyValue { string key = 1; AnyValue value = 2; }
message AnyValue { oneof value { string string_value = 1; int64 int_value = 3; } }
`;

export interface ReceivedSpan {
  service: string;
  name: string;
  trace: string;
  id: string;
  /** Empty for the first of a trace. */
  parent: string;
  attributes: Record<string, string>;
}

export interface Collector {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  url: string;
  spans: ReceivedSpan[];
  close(): Promise<void>;
}

interface Attribute {
  key: string;
  value: { stringValue?: string; intValue?: number };
}
interface Decoded {
  resourceSpans: {
    resource: { attributes: Attribute[] };
    scopeSpans: {
      spans: {
        traceId: Buffer;
        spanId: Buffer;
        parentSpanId: Buffer;
        name: string;
        attributes: Attribute[];
      }[];
    }[];
  }[];
}

export async function startCollector(): Promise<Collector> {
  const message = parse(PROTO).root.lookupType('Request');
  const spans: ReceivedSpan[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.url === '/v1/traces') {
        const decoded = message.toObject(message.decode(Buffer.concat(chunks)), {
          longs: String,
          arrays: true,
        });
        spans.push(...spansOf(decoded as Decoded));
      }
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

const spansOf = ({ resourceSpans }: Decoded): ReceivedSpan[] =>
  resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map(({ traceId, spanId, parentSpanId, name, attributes }) => ({
        service: named(resource.attributes)['service.name'],
        name,
        trace: traceId.toString('hex'),
        id: spanId.toString('hex'),
        parent: parentSpanId?.toString('hex') ?? '',
        attributes: named(attributes),
      })),
    ),
  );

const named = (attributes: readonly Attribute[]): Record<string, string> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, String(value.stringValue ?? value.intValue)]));
