/** Keeps the screen on while a code is shown, so that it is still there when the buyer reaches the door. */
import { useEffect } from 'preact/hooks';

/** A page that is left open shall not empty the battery. */
const AWAKE_MS_MAX = 10 * 60_000;

/** From when the page is opened or seen again, until it is hidden or left, and no longer than ten minutes. */
export function useWakeLock(isWanted: boolean): void {
  useEffect(() => {
    if (!isWanted || !('wakeLock' in navigator)) return undefined;
    let lock: Promise<WakeLockSentinel | undefined> | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const release = (): void => {
      clearTimeout(timer);
      void lock?.then((got) => got?.release());
      lock = undefined;
    };
    const changed = (): void => {
      release();
      if (document.visibilityState !== 'visible') return;
      // With a low battery the browser refuses, and the screen dims as ever.
      lock = navigator.wakeLock.request('screen').catch(() => undefined);
      timer = setTimeout(release, AWAKE_MS_MAX);
    };
    changed();
    document.addEventListener('visibilitychange', changed);
    return () => {
      document.removeEventListener('visibilitychange', changed);
      release();
    };
  }, [isWanted]);
}
