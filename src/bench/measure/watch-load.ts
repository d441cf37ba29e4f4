/**
 * Opens streams of a performance's seats, as so many pages do, and notes when each change arrives. All are read; at some of
 * them, spread over all, every event's arrival is kept: everybody is sent the same bytes.
 */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { createLatencyRecorder } from '../../load/latency-summary.ts';
import type { SeatAnswer, WatchRequest, WatchReport } from './worker-protocol.ts';

const PROBES = 50;
/** So many connections are opened at once. */
const OPENED_AT_ONCE = 100;

export interface Watching {
  stop(held: readonly SeatAnswer[]): WatchReport;
}

/** When an event arrived at each sample, and which seats it names. */
interface Arrived {
  readonly atMs: number[];
  readonly seats: readonly number[];
}

/** Resolves when every stream has begun. Errors: what the network says, and a stream that is refused. */
export async function openWatchers({ port, performanceId, watchers }: WatchRequest): Promise<Watching> {
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
      openStream(port, performanceId, (opened + i) % step === 0 ? note : undefined),
    );
    sockets.push(...(await Promise.all(more)));
  }
  for (const socket of sockets) socket.on('close', () => (ended += 1));
  // What the streams begin with is no change.
  arrived.clear();
  return {
    stop: (held) => {
      const seen = { ended, delays: delaysOf(held, arrived), events: arrived.size };
      for (const socket of sockets) socket.destroy();
      return seen;
    },
  };
}

/** All streams are read into this one buffer: a watcher that only keeps up with the service parses nothing. */
const READ_BUFFER = Buffer.allocUnsafe(64 * 1_024);

/** A request of HTTP/1.0, so that the answer comes as it is. */
function openStream(
  port: number,
  performanceId: string,
  onEvent: ((event: string) => void) | undefined,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    let received = '';
    let hasBegun = false;
    const take = (chunk: string): void => {
      received += chunk;
      if (!hasBegun) {
        // The first event tells the sale, the second every seat.
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
    const socket = connect({ port, host: '127.0.0.1', onread: { buffer: READ_BUFFER, callback } });
    socket.on('error', reject);
    socket.on('connect', () => {
      socket.write(`GET /v1/performances/${performanceId}/seats/events HTTP/1.0\r\nhost: 127.0.0.1\r\n\r\n`);
    });
    socket.on('close', () => {
      // Has no effect on a promise that is already settled.
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
