import { useEffect, useMemo } from 'preact/hooks';
import type { Resource } from '../hooks/use-resource.ts';
import { useResource } from '../hooks/use-resource.ts';
import type { LiveSeats } from '../live/live-seats.ts';
import { startMeasuring } from './geometry/measuring.ts';
import type { SeatMapDocument } from './map-document.ts';
import { seatMapOf } from './map-document.ts';

/** Reads a performance's seat map, and again when the stream says that it changed. */
export function useSeatMap(performanceId: string, live: LiveSeats | undefined): Resource<SeatMapDocument> {
  const read = useResource('GET /v1/performances/{performanceId}/seat-map/rows', {
    params: { performanceId },
  });
  useEffect(startMeasuring, []);
  const version = live?.mapVersion.value ?? 0;
  useEffect(() => {
    if (version > 0) read.reload();
  }, [version]);
  const data = useMemo(() => read.data && seatMapOf(read.data), [read.data]);
  return { ...read, data };
}
