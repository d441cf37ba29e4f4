import { useEffect } from 'preact/hooks';
import type { Read } from '../hooks/use-read.ts';
import { useRead } from '../hooks/use-read.ts';
import type { LiveSeats } from '../live/live-seats.ts';
import type { SeatMapDocument } from './map-document.ts';

/** Reads a performance's seat map, and again when the stream says that it changed. */
export function useSeatMap(performanceId: string, live: LiveSeats | undefined): Read<SeatMapDocument> {
  const read = useRead<SeatMapDocument>(`/v1/performances/${encodeURIComponent(performanceId)}/seat-map`);
  const version = live?.mapVersion.value ?? 0;
  useEffect(() => {
    if (version > 0) read.again();
  }, [version]);
  return read;
}
