/** Payments and refunds as they add up over time, from the lines of the sales file. */
import { recordsOf } from './csv.ts';

export interface SalesOverTime {
  /** Seconds since 1970, rising. */
  readonly at: readonly number[];
  /** Seats sold and not refunded, at that time. */
  readonly seats: readonly number[];
  /** Payments less refunds, at that time. */
  readonly revenue: readonly number[];
}

const COLUMNS = ['at', 'kind', 'seats', 'amount'] as const;

/** At most `pointsMax` steps, evenly spread, the last one always among them. */
export function salesOverTime(csv: string, pointsMax = 600): SalesOverTime {
  const lines = linesOf(csv);
  if (lines.length === 0) return { at: [], seats: [], revenue: [] };
  const first = lines[0]!.at;
  const stepSeconds = Math.max(1, Math.ceil((lines.at(-1)!.at - first + 1) / pointsMax));
  const at: number[] = [];
  const seats: number[] = [];
  const revenue: number[] = [];
  let seatsNow = 0;
  let revenueNow = 0;
  for (const line of lines) {
    seatsNow += line.seats;
    revenueNow += line.amount;
    const step = first + Math.ceil((line.at - first) / stepSeconds) * stepSeconds;
    if (at.at(-1) !== step) {
      at.push(step);
      seats.push(0);
      revenue.push(0);
    }
    seats[at.length - 1] = seatsNow;
    revenue[at.length - 1] = revenueNow;
  }
  return { at, seats, revenue };
}

/** The lines by time; a refund takes away. */
function linesOf(csv: string): readonly { at: number; seats: number; amount: number }[] {
  const [head = [], ...records] = recordsOf(csv);
  const [at, kind, seats, amount] = COLUMNS.map((name) => {
    const column = head.indexOf(name);
    if (column === -1) throw new Error(`the sales file has no column ${name}`);
    return column;
  }) as [number, number, number, number];
  return records
    .map((record) => {
      const sign = record[kind] === 'refund' ? -1 : 1;
      return {
        at: Math.floor(Date.parse(record[at] ?? '') / 1000),
        seats: sign * seatCountOf(record[seats] ?? ''),
        amount: sign * Math.abs(Number(record[amount])),
      };
    })
    .toSorted((a, b) => a.at - b.at);
}

/** A cell names the seats, or says how many. */
function seatCountOf(cell: string): number {
  if (/^\d+$/.test(cell)) return Number(cell);
  return cell.split(/[\s;,]+/).filter((seat) => seat !== '').length;
}
