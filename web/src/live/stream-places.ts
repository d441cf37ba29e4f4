/**
 * How many streams this browser has open at once, in all its tabs.
 *
 * Over HTTP/1.1 a browser opens six connections to a service. Six tabs with a stream each would take them all, and the
 * seventh could load nothing. A stream therefore needs one of four places, which are locks of the Web Locks API: the browser
 * gives a place back by itself when a tab is closed or ends. A tab that gets none polls, and asks again (`live-seats.ts`).
 * Tabs may show different performances, so one stream for all of them would not do.
 */
import type { Stream } from './browser.ts';

const PLACES = 4;

/** Takes one of the places until the returned function is called; undefined when all are taken. */
async function takePlace(locks: Pick<LockManager, 'request'>): Promise<(() => void) | undefined> {
  for (let place = 1; place <= PLACES; place++) {
    const release = await tryPlace(locks, `rowlock.stream.${place}`);
    if (release !== undefined) return release;
  }
  return undefined;
}

function tryPlace(locks: Pick<LockManager, 'request'>, name: string): Promise<(() => void) | undefined> {
  return new Promise((resolve) => {
    locks
      .request(name, { ifAvailable: true }, (lock) => {
        if (lock === null) return resolve(undefined);
        return new Promise<void>((release) => resolve(release));
      })
      .catch(() => resolve(undefined));
  });
}

type Listen = Parameters<Stream['addEventListener']>[1];

/** A stream that is opened once it has a place; without one it fails as a stream that the service refuses. */
export function openInPlace(open: () => Stream, locks: Pick<LockManager, 'request'>): Stream {
  const listeners: (readonly [type: string, listen: Listen])[] = [];
  let stream: Stream | undefined;
  let readyState = 0;
  let leave = (): void => undefined;
  const begin = async (): Promise<void> => {
    const release = await takePlace(locks);
    if (readyState === 2) return release?.();
    if (release === undefined) {
      readyState = 2;
      for (const [type, listen] of listeners) if (type === 'error') listen({ data: '', lastEventId: '' });
      return;
    }
    leave = release;
    stream = open();
    for (const [type, listen] of listeners) stream.addEventListener(type, listen);
  };
  void begin();
  return {
    get readyState() {
      return stream?.readyState ?? readyState;
    },
    addEventListener: (type, listen) => {
      listeners.push([type, listen]);
      stream?.addEventListener(type, listen);
    },
    close() {
      readyState = 2;
      stream?.close();
      leave();
    },
  };
}
