/** One purchase, written once for each generated client. Each program is compiled with its client's own types. */

/** Imports the client that oazapfts makes: a function per operation, which answers its status with the data. */
const OAZAPFTS = `
import * as api from './client.ts';

const [baseUrl = '', token = '', wanted] = process.argv.slice(2);
api.defaults.baseUrl = baseUrl;
api.defaults.headers = { authorization: \`Bearer \${token}\` };

function answered<A extends { status: number; data?: unknown }, S extends A['status']>(answer: A, status: S) {
  if (answer.status !== status) throw new Error(JSON.stringify(answer));
  return answer as Extract<A, { status: S }>;
}

const { concerts } = answered(await api.listConcerts(), 200).data;
const performances = concerts.flatMap((concert) => concert.performances);
const performanceId = performances.find(({ id }) => id === wanted)!.id;
const held = answered(await api.createReservation(performanceId, 'hold', { seats: ['A-1-1', 'A-1-2'] }), 201).data;
const refused = answered(await api.createReservation(performanceId, 'again', { seats: ['A-1-2'] }), 409).data;
const taken = refused.outcome === 'seat_taken' ? refused.seats : [];
const toppedUp = answered(await api.topUp('top-up', { amount: held.amount }), 201).data;
const paid = answered(await api.payReservation(performanceId, held.id, 'payment'), 201).data;
const { tickets } = answered(await api.readTickets(performanceId, held.id), 200).data;
const refunded = answered(await api.refundReservation(performanceId, held.id, 'refund'), 201).data;
const { state } = answered(await api.readReservation(performanceId, held.id), 200).data;
const balances = [toppedUp.balanceAfter, paid.balanceAfter, refunded.balanceAfter];
console.log(JSON.stringify({ performanceId, held, taken, balances, tickets: tickets.map(({ seat }) => seat), state }));
`;

/** Imports the client that swagger-typescript-api makes: a class that throws refusals. */
const SWAGGER_TYPESCRIPT_API = `
import type { SeatTakenProblem } from './client.ts';
import { Api } from './client.ts';

const [baseUrl = '', token = '', wanted] = process.argv.slice(2);
const baseApiParams = { headers: { authorization: \`Bearer \${token}\` } };
const { v1 } = new Api({ baseUrl, baseApiParams });
const keyed = (key: string) => ({ headers: { 'idempotency-key': key } });

const { concerts } = (await v1.listConcerts()).data;
const performances = concerts.flatMap((concert) => concert.performances);
const performanceId = performances.find(({ id }) => id === wanted)!.id;
const held = (await v1.createReservation(performanceId, { seats: ['A-1-1', 'A-1-2'] }, keyed('hold'))).data;
const refused = await v1.createReservation(performanceId, { seats: ['A-1-2'] }, keyed('again')).then(
  () => undefined,
  ({ error }: { error: SeatTakenProblem }) => error,
);
const taken = refused?.outcome === 'seat_taken' ? refused.seats : [];
const toppedUp = (await v1.topUp({ amount: held.amount }, keyed('top-up'))).data;
const paid = (await v1.payReservation(performanceId, held.id, keyed('payment'))).data;
const { tickets } = (await v1.readTickets(performanceId, held.id)).data;
const refunded = (await v1.refundReservation(performanceId, held.id, keyed('refund'))).data;
const { state } = (await v1.readReservation(performanceId, held.id)).data;
const balances = [toppedUp.balanceAfter, paid.balanceAfter, refunded.balanceAfter];
console.log(JSON.stringify({ performanceId, held, taken, balances, tickets: tickets.map(({ seat }) => seat), state }));
`;

export const PROGRAMS = { oazapfts: OAZAPFTS, 'swagger-typescript-api': SWAGGER_TYPESCRIPT_API };
export type Maker = keyof typeof PROGRAMS;
