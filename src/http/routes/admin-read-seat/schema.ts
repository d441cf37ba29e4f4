import Type from 'typebox';
import { AccountId, CLOSED, Money, PerformanceId, ReservationId } from '../../answers/schemas.ts';

const SeatLabel = Type.String({ description: '`<section>-<row>-<seat>`', examples: ['A-1-1'] });

export const adminReadSeatSchema = {
  tags: ['admin'],
  operationId: 'adminReadSeat',
  summary: 'Read whose a seat is',
  description:
    'The reservation that holds or bought the seat. A free seat is `not_found`, `what: reservation`.',
  params: Type.Object({ performanceId: PerformanceId, seat: SeatLabel }),
  response: {
    200: Type.Object(
      {
        performanceId: PerformanceId,
        seat: SeatLabel,
        state: Type.Union([Type.Literal('held'), Type.Literal('sold')]),
        price: Money,
        reservationId: ReservationId,
        accountId: AccountId,
      },
      { ...CLOSED, description: 'The seat and its reservation.' },
    ),
  },
};
