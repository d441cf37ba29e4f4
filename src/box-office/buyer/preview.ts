/** Shows the best seats before they are held. */
import type { Refusal } from '../../domain/outcomes.ts';
import { refuse } from '../../domain/outcomes.ts';
import { asking, seatMapOf } from '../context.ts';
import type { BoxOfficeContext, ReadRefusal } from '../context.ts';
import type { BestAvailableRequest } from './hold.ts';
import { faultInQuantity } from './hold.ts';

export type PreviewRequest = Omit<BestAvailableRequest, 'idempotencyKey'>;
export type PreviewRefusal = Refusal<'invalid_request' | 'not_found' | 'seats_unavailable'> | ReadRefusal;

/** Seats that were free a moment ago. Nothing keeps them: anybody may hold them first. */
export interface SeatsPreview {
  readonly outcome: 'preview';
  /** Neighbours, by number; the price is in minor units, as a hold would take it now. */
  readonly seats: readonly { readonly number: number; readonly label: string; readonly price: number }[];
  /** The sum of the prices. */
  readonly amount: number;
}

/** The seats that a hold of the best would try now; in a crowd, each account sees others of the best. */
export async function previewBestAvailable(
  context: BoxOfficeContext,
  request: PreviewRequest,
): Promise<SeatsPreview | PreviewRefusal> {
  const { performanceId, accountId, grade, quantity } = request;
  const fault = faultInQuantity(quantity);
  if (fault !== undefined) return fault;
  const map = await seatMapOf(context, performanceId);
  if (map === undefined) return refuse('not_found', { what: 'performance' });
  if ('outcome' in map) return map;
  if (!map.grades.some((known) => known.grade === grade)) return refuse('not_found', { what: 'grade' });
  const found = await asking(() => context.bestSeats.preview({ map, accountId, grade, quantity }));
  if (found === 'none') return refuse('seats_unavailable');
  if (found === 'contested') return refuse('contended', { cause: 'retries' });
  if ('outcome' in found) return found;
  const seats = [...found].map(([number, price]) => ({ number, label: map.labelOf(number), price }));
  return { outcome: 'preview', seats, amount: seats.reduce((sum, { price }) => sum + price, 0) };
}
