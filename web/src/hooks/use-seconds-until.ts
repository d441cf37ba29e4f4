/** Counting down by the database's clock. */
import { useEffect, useState } from 'preact/hooks';
import { databaseNowMs } from '../api/database-clock.ts';

/** Whole seconds until a moment, at least 0; undefined without a moment. */
export function useSecondsUntil(iso: string | undefined | null): number | undefined {
  const [, setTick] = useState(0);
  const seconds = secondsUntil(iso);
  const counting = seconds !== undefined && seconds > 0;
  useEffect(() => {
    if (!counting) return undefined;
    // Four times a second: no second is shown for two, and none is skipped.
    const timer = setInterval(() => setTick((tick) => tick + 1), 250);
    return () => clearInterval(timer);
  }, [iso, counting]);
  return seconds;
}

function secondsUntil(iso: string | undefined | null): number | undefined {
  if (iso === undefined || iso === null) return undefined;
  return Math.max(0, Math.ceil((Date.parse(iso) - databaseNowMs()) / 1000));
}
