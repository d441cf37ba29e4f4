/** What the live seats need of a browser: a test gives its own. */
import { openInPlace } from './stream-places.ts';

import { toBrowser } from '../routing/place.ts';

export interface Stream {
  /** 2 when it has given up. */
  readonly readyState: number;
  addEventListener(
    type: string,
    listen: (event: { readonly data: string; readonly lastEventId: string }) => void,
  ): void;
  close(): void;
}

export interface Reading {
  readonly status: number;
  readonly etag: string | undefined;
  /** Of a 200 only. */
  readonly body: unknown;
}

export interface Browser {
  /** Undefined when no answer came or it was aborted. */
  readonly read: (
    url: string,
    options: { readonly etag: string | undefined; readonly signal: AbortSignal },
  ) => Promise<Reading | undefined>;
  readonly openStream: (url: string) => Stream;
  /** Does it once after a time; returns what cancels it. */
  readonly after: (ms: number, act: () => void) => () => void;
  /** Tells when the page is hidden, seen again, or connected again; returns what ends it. */
  readonly page: (listen: (event: 'hidden' | 'visible' | 'online') => void) => () => void;
  readonly nowMs: () => number;
}

export const browser: Browser = {
  async read(url, { etag, signal }) {
    try {
      const headers = etag === undefined ? {} : { 'if-none-match': etag };
      const response = await fetch(toBrowser(url), { headers, signal, cache: 'no-store' });
      const body: unknown = response.status === 200 ? await response.json() : undefined;
      return { status: response.status, etag: response.headers.get('etag') ?? undefined, body };
    } catch {
      return undefined;
    }
  },
  openStream(url) {
    const open = (): Stream => new EventSource(toBrowser(url));
    // Without the Web Locks API (it needs a secure context) a hidden tab's stream is closed all the same.
    return 'locks' in navigator ? openInPlace(open, navigator.locks) : open();
  },
  after(ms, act) {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
  page(listen) {
    const changed = (): void => listen(document.hidden ? 'hidden' : 'visible');
    const online = (): void => listen('online');
    document.addEventListener('visibilitychange', changed);
    window.addEventListener('online', online);
    return () => {
      document.removeEventListener('visibilitychange', changed);
      window.removeEventListener('online', online);
    };
  },
  nowMs: () => performance.now(),
};
