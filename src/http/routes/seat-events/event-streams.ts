/** Sends server-sent events (HTML standard, section 9.2) to many clients, each written once. */
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { SeatEvent, SeatWatch } from '../../../seats/watching.ts';
import type { HttpContext } from '../../app.ts';
import { clientOf } from '../../edge/client/address.ts';
import type { NoPlace } from '../../edge/places.ts';

export interface EventStream {
  /** Answers 200 and continues until the client leaves or stops reading, or the events end. */
  begin(watch: SeatWatch): void;
  readonly send: (events: readonly SeatEvent[]) => void;
  readonly end: () => void;
}

export interface EventStreams {
  /** Reserves a place until the answer is closed, unless all are taken, or as many as one client may have. */
  open(reply: FastifyReply): Promise<EventStream | NoPlace>;
  close(): void;
}

/** How long a client waits before it reconnects. */
const RETRY = Buffer.from('retry: 1000\n\n');
const HEARTBEAT = Buffer.from(':\n\n');

export function createEventStreams({ limits, closing, service }: HttpContext): EventStreams {
  const streams = new Set<ServerResponse>();
  const { places } = service;

  const heartbeat = setInterval(() => {
    for (const raw of streams) write(raw, HEARTBEAT);
  }, limits.heartbeatIntervalMs);
  heartbeat.unref();
  closing.addEventListener('abort', () => {
    for (const raw of streams) end(raw);
  });

  /** Unread bytes wait in this process; beyond a bound, the client is cut off and continues later. */
  function write(raw: ServerResponse, bytes: Buffer): void {
    if (raw.destroyed || raw.writableEnded) return;
    if (raw.writableLength > limits.watcherBufferBytesMax) raw.destroy();
    else raw.write(bytes);
  }

  function send(raw: ServerResponse, events: readonly SeatEvent[]): void {
    if (events.length === 0) return;
    write(raw, bytesOf(events));
    if (events.at(-1)?.kind === 'reset') raw.end();
  }

  function begin(reply: FastifyReply, watch: SeatWatch): void {
    const { raw } = reply;
    if (raw.closed || raw.destroyed) return watch.close();
    raw.once('close', () => {
      streams.delete(raw);
      watch.close();
    });
    reply.hijack();
    // The heartbeat and the bound on unread bytes replace the connection's time limits.
    raw.setTimeout(0);
    raw.writeHead(200, {
      ...(reply.getHeaders() as OutgoingHttpHeaders),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      // No other request follows on the connection until the stream ends, when the server may be closing.
      connection: 'close',
    });
    streams.add(raw);
    write(raw, RETRY);
    send(raw, watch.events);
    if (closing.aborted) end(raw);
  }

  return {
    open: async (reply) => {
      const client = clientOf(reply.request);
      const refusal = await places.take(client);
      if (refusal !== undefined) return refusal;
      const { raw } = reply;
      if (raw.closed) places.leave(client);
      else raw.once('close', () => places.leave(client));
      return {
        begin: (watch) => begin(reply, watch),
        send: (events) => send(raw, events),
        end: () => end(raw),
      };
    },
    close: () => clearInterval(heartbeat),
  };
}

function end(raw: ServerResponse): void {
  if (raw.writableLength > 0) raw.destroy();
  else raw.end();
}

const written = new WeakMap<readonly SeatEvent[], Buffer>();

/** Watchers of the same events get the same bytes. */
function bytesOf(events: readonly SeatEvent[]): Buffer {
  const known = written.get(events);
  if (known !== undefined) return known;
  const bytes = Buffer.from(events.map(textOf).join(''));
  written.set(events, bytes);
  return bytes;
}

function textOf(event: SeatEvent): string {
  const { kind, ...rest } = event;
  if (!('cursor' in rest)) return `event: ${kind}\ndata: ${JSON.stringify(rest)}\n\n`;
  const { cursor, ...data } = rest;
  return `event: ${kind}\nid: ${cursor}\ndata: ${JSON.stringify(data)}\n\n`;
}
