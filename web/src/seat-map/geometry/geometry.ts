/**
 * A seat map made ready for drawing: flat arrays, an index of seats, and the shapes of sections. Made once for a document,
 * in two steps: measuring takes long in a large hall and may be done in a worker, as its result can be handed over.
 */
import type { Section } from '../../format/seats.ts';
import type { SeatIndex } from './seat-index.ts';
import { createSeatIndex, treeOf } from './seat-index.ts';
import type { Grades, MapSeat, OutlineShape, Point, Row, SeatMapDocument } from '../map-document.ts';
import { rowsOf } from '../map-document.ts';
import type { Box } from './outline.ts';
import { boxOf, grow, middleOf, outlineOf } from './outline.ts';

/** Seats of one grade in one section: the unit of colour in the overview. */
export interface Part {
  readonly section: number;
  readonly grade: number;
  readonly polygon: readonly Point[];
  /** Where its section's name has most room within it. */
  readonly middle: Point;
}

export interface SectionShape {
  readonly section: Section;
  readonly polygon: readonly Point[];
  readonly box: Box;
  /** Where its name has most room. */
  readonly middle: Point;
  readonly parts: readonly number[];
}

/** A row's name and where to write it: beside its first seat, and beside its last. */
export interface RowName {
  readonly name: string;
  readonly at: Point;
}

/** A row's seats: a stretch of `rowSeats`. */
export interface PlacedRow {
  readonly name: string;
  /** Index in `sections`. */
  readonly section: number;
  readonly from: number;
  readonly to: number;
  readonly box: Box;
}

/** What measuring finds, as data that a worker can hand over. */
export interface MeasuredMap {
  /** Of the seats by index. */
  readonly numbers: Int32Array<ArrayBuffer>;
  readonly x: Float32Array<ArrayBuffer>;
  readonly y: Float32Array<ArrayBuffer>;
  readonly grade: Uint8Array<ArrayBuffer>;
  /** Index in `parts`. */
  readonly part: Uint16Array<ArrayBuffer>;
  /** Index by seat number; -1 where the map has no such seat. */
  readonly indexOf: Int32Array<ArrayBuffer>;
  /** Of the seats alone. */
  readonly seatBox: Box;
  readonly tree: ArrayBuffer;
  /** The distance between neighbours, which is the size of a seat. */
  readonly pitch: number;
  /** Around seats and outline. */
  readonly box: Box;
  readonly sections: readonly SectionShape[];
  readonly parts: readonly Part[];
  readonly rowNames: readonly RowName[];
  readonly rows: readonly PlacedRow[];
  /** Indices of the seats by row, in the order in which they stand. */
  readonly rowSeats: Uint32Array<ArrayBuffer>;
}

export interface Geometry extends MeasuredMap {
  readonly seatAt: (index: number) => MapSeat;
  readonly seatIndex: SeatIndex;
  readonly outline: readonly OutlineShape[];
}

/** The measured map with its seats. */
export function createGeometry({ seatOf, outline }: SeatMapDocument, measured: MeasuredMap): Geometry {
  const seatAt = (index: number): MapSeat => seatOf(measured.numbers[index]!)!;
  return { ...measured, seatAt, outline, seatIndex: seatIndexOf(measured) };
}

function seatIndexOf({
  x,
  y,
  seatBox,
  pitch,
  tree,
}: Pick<MeasuredMap, 'x' | 'y' | 'seatBox' | 'pitch' | 'tree'>): SeatIndex {
  return createSeatIndex({ x, y, box: seatBox }, pitch * 4, tree);
}

export function measureMap(map: SeatMapDocument, grades: Grades): MeasuredMap {
  const { seats, outline } = map;
  const numbers = Int32Array.from(seats, (seat) => seat.number);
  const x = Float32Array.from(seats, (seat) => seat.x);
  const y = Float32Array.from(seats, (seat) => seat.y);
  const gradeOf = new Map(grades.map(({ grade }, i) => [grade, i]));
  const grade = Uint8Array.from(seats, (seat) => gradeOf.get(seat.grade) ?? 0);
  const indexOf = new Int32Array(seats.reduce((most, seat) => Math.max(most, seat.number), 0) + 1).fill(-1);
  for (const [i, seat] of seats.entries()) indexOf[seat.number] = i;

  const seatBox = seats.length === 0 ? { left: 0, top: 0, right: 1, bottom: 1 } : boxOf(seats.map(pointOf));
  const tree = treeOf(x, y);
  const pitch = pitchOf(x, y, seatBox, tree);
  const seatIndex = seatIndexOf({ x, y, seatBox, pitch, tree });
  const { sections, parts, part } = shapeSections(map, indexOf, grade, pitch);
  const rowNames = withoutCrowds(
    rowsOf(map)
      .flatMap(({ rows }) => rows)
      .flatMap((row) => rowNamesOf(row, pitch, seatIndex)),
    pitch * 1.6,
  );
  const { rows, rowSeats } = placeRows(map, indexOf);
  const corners = [
    ...outline.flatMap(pointsOf),
    [seatBox.left, seatBox.top],
    [seatBox.right, seatBox.bottom],
  ] as Point[];
  const box = grow(boxOf(corners), pitch * 1.5);
  return {
    numbers,
    x,
    y,
    grade,
    part,
    indexOf,
    seatBox,
    tree,
    pitch,
    box,
    sections,
    parts,
    rowNames,
    rows,
    rowSeats,
  };
}

function pointOf(seat: MapSeat): Point {
  return [seat.x, seat.y];
}

/** Points that an outline shape reaches. */
export function pointsOf(shape: OutlineShape): readonly Point[] {
  if (shape.shape === 'polygon') return shape.points;
  if (shape.shape === 'rectangle') {
    const [[left, top], [width, height]] = [shape.at, shape.size];
    return [
      [left, top],
      [left + width, top],
      [left + width, top + height],
      [left, top + height],
    ];
  }
  const [[x, y], r] = [shape.centre, shape.radius];
  return [
    [x - r, y],
    [x, y - r],
    [x + r, y],
    [x, y + r],
  ];
}

const PITCH_SAMPLES = 1_500;

/** The distance of close neighbours: a tenth of the seats have a nearer one, so that seats drawn so large hardly touch. */
function pitchOf(x: Float32Array, y: Float32Array, box: Box, tree: ArrayBuffer): number {
  const [width, height] = [box.right - box.left, box.bottom - box.top];
  const reachFirst = Math.sqrt(Math.max(width * height, 1e-6) / Math.max(x.length, 1)) * 2;
  const seatIndex = createSeatIndex({ x, y, box }, reachFirst, tree);
  const distances: number[] = [];
  for (let i = 0; i < x.length; i += Math.ceil(x.length / PITCH_SAMPLES)) {
    const apart = (j: number): number => Math.hypot(x[j]! - x[i]!, y[j]! - y[i]!);
    const j = seatIndex.nearest(
      x[i]!,
      y[i]!,
      Math.max(width, height),
      (other) => other !== i && apart(other) > 0.01,
    );
    if (j >= 0) distances.push(apart(j));
  }
  distances.sort((a, b) => a - b);
  return distances[Math.floor(distances.length / 10)] ?? 1;
}

type Shapes = Pick<MeasuredMap, 'sections' | 'parts' | 'part'>;

function shapeSections(map: SeatMapDocument, indexOf: Int32Array, grade: Uint8Array, pitch: number): Shapes {
  const shapeOf = (rows: readonly (readonly MapSeat[])[]): Pick<Part, 'polygon' | 'middle'> => {
    const points = rows.map((row) => row.map(pointOf));
    const polygon = outlineOf(points, pitch);
    return { polygon, middle: middleOf(polygon, meanOf(points.flat())) };
  };
  const parts: Part[] = [];
  const part = new Uint16Array(map.seats.length);
  const sections = rowsOf(map)
    .filter(({ rows }) => rows.length > 0)
    .map(({ section, rows }, s) => {
      const seats = rows.flatMap((row) => row.seats);
      const gradeOf = (seat: MapSeat): number => grade[indexOf[seat.number]!]!;
      const own = [...new Set(seats.map(gradeOf))].map((g) => {
        const inGrade = rows
          .map((row) => row.seats.filter((seat) => gradeOf(seat) === g))
          .filter((row) => row.length > 0);
        for (const seat of inGrade.flat()) part[indexOf[seat.number]!] = parts.length;
        return parts.push({ section: s, grade: g, ...shapeOf(inGrade) }) - 1;
      });
      const box = boxOf(seats.map(pointOf));
      const shape = shapeOf(rows.map((row) => row.seats));
      return { section, ...shape, box, parts: own };
    });
  return { sections, parts, part };
}

function placeRows(map: SeatMapDocument, indexOf: Int32Array): Pick<MeasuredMap, 'rows' | 'rowSeats'> {
  const rowSeats = new Uint32Array(map.seats.length);
  let to = 0;
  const rows = rowsOf(map)
    .filter((section) => section.rows.length > 0)
    .flatMap((section, s) =>
      section.rows.map(({ row, seats }): PlacedRow => {
        const from = to;
        for (const { number } of seats) rowSeats[to++] = indexOf[number]!;
        return { name: row, section: s, from, to, box: boxOf(seats.map(pointOf)) };
      }),
    );
  return { rows, rowSeats };
}

function meanOf(points: readonly Point[]): Point {
  const sum = points.reduce<Point>(([x, y], point) => [x + point[0], y + point[1]], [0, 0]);
  return [sum[0] / points.length, sum[1] / points.length];
}

/** Left out where another seat stands. */
function rowNamesOf({ row: name, seats }: Row, pitch: number, seatIndex: SeatIndex): readonly RowName[] {
  const [first, second, last, beforeLast] = [seats[0]!, seats[1], seats.at(-1)!, seats.at(-2)];
  if (second === undefined || beforeLast === undefined) return [];
  const beyond = (end: MapSeat, next: MapSeat): Point => {
    const length = Math.hypot(end.x - next.x, end.y - next.y) || 1;
    const by = (pitch * 1.15) / length;
    return [end.x + (end.x - next.x) * by, end.y + (end.y - next.y) * by];
  };
  return [beyond(first, second), beyond(last, beforeLast)]
    .filter(([atX, atY]) => seatIndex.nearest(atX, atY, pitch * 0.95) < 0)
    .map((at) => ({ name, at }));
}

/** Without the names that would lie on an earlier one: sections beside each other name their rows alike. */
function withoutCrowds(names: readonly RowName[], distance: number): readonly RowName[] {
  const taken = new Map<string, Point[]>();
  return names.filter(({ at }) => {
    const [column, line] = [Math.floor(at[0] / distance), Math.floor(at[1] / distance)];
    for (let c = column - 1; c <= column + 1; c++) {
      for (let l = line - 1; l <= line + 1; l++) {
        const close = taken.get(`${c} ${l}`)?.some(([x, y]) => Math.hypot(x - at[0], y - at[1]) < distance);
        if (close === true) return false;
      }
    }
    const cell = taken.get(`${column} ${line}`);
    if (cell === undefined) taken.set(`${column} ${line}`, [at]);
    else cell.push(at);
    return true;
  });
}
