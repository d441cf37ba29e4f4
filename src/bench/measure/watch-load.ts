/**
 * Opens streams of a performance's seats, as pages do, and notes when each change arrives. All streams are
 * read, but events are parsed at a few probes only: all get the same bytes.
 */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { createLatencyRecorder } from '../../load/latency-summary.ts';
import type { SeatAnswer, WatchReport, WatchRequest } from './worker-protocol.ts';

const PROBES = 50;
const OPENED_AT_ONCE = 100;

export interface Watching {
  stop(held: readonly SeatAnswer[]): Omit<WatchReport, 'idleEnded'>;
}

/** When an event arrived at each probe, and which seats it names. */
interface Arrived {
  readonly atMs: number[];
  readonly seats: readonly number[];
}

/** Resolves when every stream has begun. Throws network errors, and when a stream is refused. */
export async function openWatchers(
  { port, performanceId, watchers }: Pick<WatchRequest, 'port' | 'performanceId' | 'watchers'>,
  addressOf: (i: number) => string,
): Promise<Watching> {
  const sockets: Socket[] = [];
  const arrived = new Map<string, Arrived>();
  let ended = 0;
  const note = (event: string): void => {
    const id = /^id: (.*)$/m.exec(event)?.[1];
    if (id === undefined) return;
    const atMs = performance.timeOrigin + performance.now();
    const known = arrived.get(id);
    if (known === undefined) arrived.set(id, { atMs: [atMs], seats: heldIn(event) });
    else known.atMs.push(atMs);
  };
  const step = Math.max(1, Math.floor(watchers / PROBES));
  for (let opened = 0; opened < watchers; opened += OPENED_AT_ONCE) {
    const count = Math.min(OPENED_AT_ONCE, watchers - opened);
    const more = Array.from({ length: count }, (_, i) =>
      openStream(
        { port, performanceId, localAddress: addressOf(opened + i) },
        (opened + i) % step === 0 ? note : undefined,
      ),
    );
    sockets.push(...(await Promise.all(more)));
  }
  for (const socket of sockets) socket.on('close', () => (ended += 1));
  // A stream begins with the present state, which is no change.
  arrived.clear();
  return {
    stop: (held) => {
      const seen = { ended, delays: delaysOf(held, arrived), events: arrived.size };
      for (const socket of sockets) socket.destroy();
      return seen;
    },
  };
}

/** All streams share this buffer: those that are no probes parse nothing. */
const READ_BUFFER = Buffer.allocUnsafe(64 * 1_024);

interface StreamRequest {
  readonly port: number;
  readonly performanceId: string;
  readonly localAddress: string;
}

/** HTTP/1.0, so that the answer is not chunked. */
function openStream(
  { port, performanceId, localAddress }: StreamRequest,
  onEvent: ((event: string) => void) | undefined,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    let received = '';
    let hasBegun = false;
    const take = (chunk: string): void => {
      received += chunk;
      if (!hasBegun) {
        // The first event has the sale, the second every seat.
        if (!received.includes('event: seats') || !received.endsWith('\n\n')) return;
        hasBegun = true;
        received = '';
        resolve(socket);
        return;
      }
      const events = received.split('\n\n');
      received = events.pop()!;
      for (const event of events) onEvent?.(event);
    };
    const callback = (size: number): boolean => {
      if (!hasBegun || onEvent !== undefined) take(READ_BUFFER.toString('latin1', 0, size));
      return true;
    };
    const socket = connect({
      port,
      host: '127.0.0.1',
      localAddress,
      onread: { buffer: READ_BUFFER, callback },
    });
    socket.on('error', reject);
    socket.on('connect', () => {
      socket.write(`GET /v1/performances/${performanceId}/seats/events HTTP/1.0\r\nhost: 127.0.0.1\r\n\r\n`);
    });
    socket.on('close', () => {
      reject(new Error(`a stream was closed before it began: ${received.slice(0, 80)}`));
    });
  });
}

function heldIn(event: string): readonly number[] {
  const data = /^data: (.*)$/m.exec(event)?.[1] ?? '{}';
  return (JSON.parse(data) as { readonly held?: readonly number[] }).held ?? [];
}

function delaysOf(held: readonly SeatAnswer[], arrived: ReadonlyMap<string, Arrived>): WatchReport['delays'] {
  const answeredAtMs = new Map(held);
  const recorder = createLatencyRecorder();
  for (const { atMs, seats } of arrived.values()) {
    for (const seat of seats) {
      const sinceMs = answeredAtMs.get(seat);
      if (sinceMs === undefined) continue;
      for (const at of atMs) recorder.record(Math.max(0, at - sinceMs));
    }
  }
  return recorder.summary();
}
