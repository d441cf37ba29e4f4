/**
 * The seats of a performance as they are now.
 *
 * Reads all states once, then watches the stream of changes from that reading's cursor, so that nothing is missed
 * between. The browser's EventSource reconnects after a broken connection by itself; after an answer that is no stream it
 * gives up, and then the states are polled every second while the stream is tried again now and then.
 */
import type { ReadonlySignal } from '@preact/signals';
import { signal } from '@preact/signals';
import type { Performance, ReadSeatsAnswer } from '../api/types.ts';
import type { Browser, Stream } from './browser.ts';
import { browser } from './browser.ts';
import { databaseNowMs, noteDatabaseTime } from '../api/database-clock.ts';
import type { SeatChanges, SeatStates } from './seat-states.ts';
import { changeStates, readStates } from './seat-states.ts';

export type Sale = Pick<Performance, 'sale' | 'saleState' | 'saleOpensAt' | 'saleClosesAt'>;

export interface LiveSeats {
  readonly states: ReadonlySignal<SeatStates | undefined>;
  readonly sale: ReadonlySignal<Sale | undefined>;
  readonly connection: ReadonlySignal<'connecting' | 'live' | 'offline'>;
  /** Grows when the map changed: the page should read it again. */
  readonly mapVersion: ReadonlySignal<number>;
  close(): void;
}

const POLL_MS = 1_000;
/** A poll that failed waits this long at most, and so does a stream that could not be opened. */
const POLL_MS_MAX = 8_000;
const STREAM_RETRY_MS_MAX = 30_000;
/** The sale is not in the seats' answer; without a stream it is asked for now and then. */
const SALE_POLL_MS = 5_000;
/** A tab that nobody looks at gives its place among the watchers back, and its connection to the tab that is looked at. */
const HIDDEN_MS_MAX = 5_000;
const RESET_SPREAD_MS = 500;
/** The browser's own attempts to reconnect before polling begins. */
const STREAM_ERRORS_MAX = 2;

const shared = new Map<string, { readonly live: LiveSeats; users: number }>();

/** Begins to watch, or joins those in this page who watch the same performance already. */
export function openLiveSeats(performanceId: string): LiveSeats {
  const entry = shared.get(performanceId) ?? { live: watchSeats(performanceId, browser), users: 0 };
  shared.set(performanceId, entry);
  entry.users++;
  let open = true;
  return {
    ...entry.live,
    close() {
      if (!open) return;
      open = false;
      if (--entry.users > 0) return;
      shared.delete(performanceId);
      entry.live.close();
    },
  };
}

/** Watches by the given browser; `openLiveSeats` shares one of these. */
export function watchSeats(
  performanceId: string,
  { read, openStream, after, page, nowMs }: Browser,
): LiveSeats {
  const url = `/v1/performances/${encodeURIComponent(performanceId)}`;
  const states = signal<SeatStates | undefined>(undefined);
  const sale = signal<Sale | undefined>(undefined);
  const connection = signal<'connecting' | 'live' | 'offline'>('connecting');
  const mapVersion = signal(0);

  let cursor: string | undefined;
  let etag: string | undefined;
  let stream: Stream | undefined;
  let streamErrors = 0;
  let streamRetryMs = POLL_MS;
  let pollMs = POLL_MS;
  let salePolledAtMs = -Infinity;
  /** While polling: ends the reading whose answer would come too late to be true. */
  let reading: AbortController | undefined;
  const stopTimer: Record<'poll' | 'stream' | 'hidden', (() => void) | undefined> = {
    poll: undefined,
    stream: undefined,
    hidden: undefined,
  };

  function stop(): void {
    stopPolling();
    stopTimer.stream?.();
    stopTimer.hidden?.();
    stream?.close();
    stream = undefined;
  }

  function stopPolling(): void {
    stopTimer.poll?.();
    reading?.abort();
    reading = undefined;
  }

  /** From where it was left; from a reading of all seats when there is no cursor. */
  function resume(): void {
    stop();
    streamErrors = 0;
    streamRetryMs = pollMs = POLL_MS;
    if (connection.value !== 'connecting') connection.value = 'connecting';
    if (cursor === undefined) void poll(true);
    else watch();
  }

  async function poll(thenWatch: boolean): Promise<void> {
    reading?.abort();
    const mine = (reading = new AbortController());
    const sentAtMs = nowMs();
    const answer = await read(`${url}/seats`, { etag, signal: mine.signal });
    if (mine.signal.aborted) return;
    if (answer === undefined || (answer.status !== 200 && answer.status !== 304)) {
      connection.value = 'offline';
      pollMs = Math.min(pollMs * 2, POLL_MS_MAX);
    } else {
      pollMs = POLL_MS;
      if (answer.status === 200) noteReading(answer, sentAtMs);
      if (thenWatch && cursor !== undefined) {
        reading = undefined;
        return watch();
      }
      connection.value = 'live';
      await pollSale(mine.signal);
      if (mine.signal.aborted) return;
    }
    stopTimer.poll = after(pollMs, () => void poll(thenWatch));
  }

  function noteReading(
    answer: { readonly body: unknown; readonly etag: string | undefined },
    sentAtMs: number,
  ): void {
    const { at, seats, cursor: begin } = answer.body as ReadSeatsAnswer;
    noteDatabaseTime(at, sentAtMs, nowMs());
    etag = answer.etag;
    cursor = begin;
    states.value = readStates(seats, states.value);
  }

  async function pollSale(until: AbortSignal): Promise<void> {
    if (nowMs() - salePolledAtMs < SALE_POLL_MS && !isOpening(sale.value)) return;
    salePolledAtMs = nowMs();
    const answer = await read(url, { etag: undefined, signal: until });
    if (!until.aborted && answer?.status === 200) noteSale(answer.body as Sale);
  }

  function noteSale({ sale: now, saleState, saleOpensAt, saleClosesAt }: Sale): void {
    sale.value = { sale: now, saleState, saleOpensAt, saleClosesAt };
  }

  function watch(): void {
    stopTimer.stream?.();
    stream?.close();
    const opened = (stream = openStream(`${url}/seats/events?cursor=${encodeURIComponent(cursor ?? '')}`));
    opened.addEventListener('open', () => {
      stopPolling();
      streamErrors = 0;
      streamRetryMs = POLL_MS;
      connection.value = 'live';
    });
    opened.addEventListener('error', () => {
      if (++streamErrors < STREAM_ERRORS_MAX && opened.readyState !== 2) connection.value = 'connecting';
      else pollForNow();
    });
    opened.addEventListener('seats', ({ data, lastEventId }) => {
      if (lastEventId !== '') cursor = lastEventId;
      etag = undefined;
      if (states.value !== undefined)
        states.value = changeStates(states.value, JSON.parse(data) as SeatChanges);
    });
    opened.addEventListener('sale', ({ data }) => noteSale(JSON.parse(data) as Sale));
    opened.addEventListener('reset', () => {
      cursor = etag = undefined;
      mapVersion.value++;
      stop();
      // All watchers get it at once; they need not all come back at once.
      stopTimer.stream = after(Math.random() * RESET_SPREAD_MS, resume);
    });
  }

  /** There is no stream: polls, and tries the stream again at growing intervals. */
  function pollForNow(): void {
    stream?.close();
    stream = undefined;
    // Half at random, so that the watchers of a service that restarts don't come back in one wave.
    stopTimer.stream = after(streamRetryMs * (0.5 + Math.random() / 2), watch);
    streamRetryMs = Math.min(streamRetryMs * 2, STREAM_RETRY_MS_MAX);
    if (reading === undefined) void poll(false);
  }

  const stopListening = page((event) => {
    if (event === 'hidden') {
      stopTimer.hidden = after(HIDDEN_MS_MAX, stop);
    } else {
      stopTimer.hidden?.();
      if (event === 'online' || stream === undefined) resume();
    }
  });
  resume();
  return {
    states,
    sale,
    connection,
    mapVersion,
    close() {
      stopListening();
      stop();
    },
  };
}

/** Whether its time to open has come and no event has said that it opened. Polls are spread, so this asks in no wave. */
function isOpening(sale: Sale | undefined): boolean {
  return sale?.sale === 'not_yet' && Date.parse(sale.saleOpensAt) <= databaseNowMs();
}
