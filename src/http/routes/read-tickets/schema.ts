import Type from 'typebox';
import { CLOSED, PerformanceId, ReservationId, reservationParams } from '../../answers/schemas.ts';

export const readTicketsSchema = {
  tags: ['reservations'],
  operationId: 'readTickets',
  summary: 'Read the tickets of a reservation of yours',
  description:
    'One signed token per seat, to show at the door as a QR code. A reservation has tickets once it is paid and until ' +
    'it is refunded. A token is a compact JWS (EdDSA) whose payload has `r` (reservation), `p` (performance), `s` (seat) ' +
    'and `iat`; the keys of `/v1/ticket-keys` verify it without a network.',
  params: reservationParams,
  response: {
    200: Type.Object(
      {
        performanceId: PerformanceId,
        reservationId: ReservationId,
        tickets: Type.Array(
          Type.Object(
            {
              seat: Type.String({ description: "The seat's label.", examples: ['A-1-1'] }),
              token: Type.String({
                pattern: '^[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+$',
                description: 'The ticket.',
              }),
            },
            CLOSED,
          ),
        ),
      },
      { ...CLOSED, description: 'The tickets, by seat.' },
    ),
  },
};
