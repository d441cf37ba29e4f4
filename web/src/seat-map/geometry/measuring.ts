/** Asks the worker to measure a seat map. */
import type { Grades, SeatMapDocument } from '../map-document.ts';
import type { Geometry } from './geometry.ts';
import { createGeometry, measureMap } from './geometry.ts';
import type { MeasuringAnswer, MeasuringRequest } from './measuring-worker.ts';

let worker: Worker | undefined;
/** Once it could not be loaded (after a deploy its file may be gone), the page measures by itself. */
let isLost = false;
let asked = 0;
const waiting = new Map<number, (answer: MeasuringAnswer | undefined) => void>();

/** Starts the worker, so that it is there when the map is. */
export function startMeasuring(): void {
  if (worker !== undefined || isLost) return;
  worker = new Worker(new URL('./measuring-worker.ts', import.meta.url), { type: 'module' });
  worker.addEventListener('message', ({ data }: MessageEvent<MeasuringAnswer>) => {
    waiting.get(data.id)?.(data);
    waiting.delete(data.id);
  });
  worker.addEventListener('error', () => {
    isLost = true;
    worker = undefined;
    for (const answer of waiting.values()) answer(undefined);
    waiting.clear();
  });
}

export async function measure(map: SeatMapDocument, grades: Grades): Promise<Geometry> {
  startMeasuring();
  const answer = await new Promise<MeasuringAnswer | undefined>((resolve) => {
    if (worker === undefined) return resolve(undefined);
    const id = ++asked;
    waiting.set(id, resolve);
    const { venueId, venueName, outline, sections } = map;
    const request: MeasuringRequest = { id, map: { venueId, venueName, outline, sections }, grades };
    worker.postMessage(request, { transfer: [] });
  });
  return createGeometry(map, answer?.measured ?? measureMap(map, grades));
}
