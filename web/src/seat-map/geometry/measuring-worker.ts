/** Measures seat maps beside the page: a large hall takes longer than a page may stand still. */
import type { Grades, SeatMapRows } from '../map-document.ts';
import { seatMapOf } from '../map-document.ts';
import type { MeasuredMap } from './geometry.ts';
import { measureMap } from './geometry.ts';

export interface MeasuringRequest {
  readonly id: number;
  readonly map: SeatMapRows;
  readonly grades: Grades;
}

export interface MeasuringAnswer {
  readonly id: number;
  readonly measured: MeasuredMap;
}

self.addEventListener('message', ({ data }: MessageEvent<MeasuringRequest>) => {
  const measured = measureMap(seatMapOf(data.map), data.grades);
  const { numbers, x, y, grade, part, indexOf, rowSeats, tree } = measured;
  const arrays = [numbers, x, y, grade, part, indexOf, rowSeats].map(({ buffer }) => buffer);
  const answer: MeasuringAnswer = { id: data.id, measured };
  self.postMessage(answer, { transfer: [...arrays, tree] });
});
