/** A seat map with the given seats, as a page reads one from the API. */
import { rowsOfMap } from '../../src/catalogue/seat-map/rows.ts';
import type { MapSeat, SeatMapDocument, SeatMapRows } from '../src/seat-map/map-document.ts';
import { seatMapOf } from '../src/seat-map/map-document.ts';

export function mapWith(seats: readonly MapSeat[], sections: readonly string[] = ['A']): SeatMapDocument {
  const rows = rowsOfMap({ sections: sections.map((id) => ({ id })), seats });
  const read = { venueId: 'v', venueName: {}, outline: [], sections: rows };
  return seatMapOf(JSON.parse(JSON.stringify(read)) as SeatMapRows);
}
