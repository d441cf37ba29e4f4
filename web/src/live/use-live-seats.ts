import { useEffect, useState } from 'preact/hooks';
import type { LiveSeats } from './live-seats.ts';
import { openLiveSeats } from './live-seats.ts';

/** The live seats of a performance while a component is shown; `isUnknown` closes them. */
export function useLiveSeats(performanceId: string, isUnknown: boolean): LiveSeats | undefined {
  const [live, setLive] = useState<LiveSeats>();
  useEffect(() => {
    if (isUnknown) return undefined;
    const opened = openLiveSeats(performanceId);
    setLive(opened);
    return () => opened.close();
  }, [performanceId, isUnknown]);
  return live;
}
