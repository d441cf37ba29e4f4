/** Other buyers' requests to the service during a browser test: plain HTTP, with development tokens. */
import { randomUUID } from 'node:crypto';

export interface Requested {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly as?: string;
  readonly role?: 'buyer' | 'admin';
  readonly body?: unknown;
}

export interface HeldReservation {
  readonly id: string;
  readonly seats: readonly string[];
  readonly amount: number;
  readonly expiresAt: string;
}

export interface SignedIn {
  readonly token: string;
  readonly accountId: string;
  readonly expiresAt: string;
}

export interface ServiceClient {
  /** The JSON of a success, or its text where it is no JSON; throws on a refusal. */
  ask<T>(request: Requested): Promise<T>;
  signIn(accountId: string, role?: 'buyer' | 'admin'): Promise<SignedIn>;
  topUp(account: string, amount: number): Promise<void>;
  hold(account: string, performanceId: string, seats: readonly string[]): Promise<HeldReservation>;
  holdBest(account: string, performanceId: string, grade: string, quantity: number): Promise<HeldReservation>;
  pay(account: string, performanceId: string, reservation: HeldReservation): Promise<void>;
  /** Holds the seats, tops up what they cost and pays. */
  buy(account: string, performanceId: string, seats: readonly string[]): Promise<HeldReservation>;
  setSale(performanceId: string, state: 'open' | 'paused' | 'closed'): Promise<void>;
}

export function createServiceClient(url: () => string): ServiceClient {
  const signedIn = new Map<string, Promise<SignedIn>>();

  async function send<T>({ method, path, body }: Requested, token?: string): Promise<T> {
    const response = await fetch(`${url()}${path}`, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(method === 'POST' && { 'idempotency-key': randomUUID() }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (response.headers.get('content-type')?.includes('json') === true ? JSON.parse(text) : text) as T;
  }

  function signIn(accountId: string, role: 'buyer' | 'admin' = 'buyer'): Promise<SignedIn> {
    const known = signedIn.get(`${role} ${accountId}`);
    const made =
      known ?? send<SignedIn>({ method: 'POST', path: '/v1/dev/tokens', body: { accountId, role } });
    signedIn.set(`${role} ${accountId}`, made);
    return made;
  }

  async function ask<T>(request: Requested): Promise<T> {
    const { as: account, role } = request;
    return send<T>(request, account === undefined ? undefined : (await signIn(account, role)).token);
  }

  const client: ServiceClient = {
    ask,
    signIn,
    topUp: (account, amount) =>
      ask({ method: 'POST', path: '/v1/wallet/top-ups', as: account, body: { amount } }),
    hold: (account, performanceId, seats) =>
      ask({
        method: 'POST',
        path: `/v1/performances/${performanceId}/reservations`,
        as: account,
        body: { seats },
      }),
    holdBest: (account, performanceId, grade, quantity) =>
      ask({
        method: 'POST',
        path: `/v1/performances/${performanceId}/reservations`,
        as: account,
        body: { bestAvailable: { grade, quantity } },
      }),
    pay: (account, performanceId, { id }) =>
      ask({
        method: 'POST',
        path: `/v1/performances/${performanceId}/reservations/${id}/payment`,
        as: account,
      }),
    async buy(account, performanceId, seats) {
      const held = await client.hold(account, performanceId, seats);
      await client.topUp(account, held.amount);
      await client.pay(account, performanceId, held);
      return held;
    },
    setSale: (performanceId, state) =>
      ask({
        method: 'POST',
        path: `/v1/admin/performances/${performanceId}/sale`,
        as: 'operator',
        role: 'admin',
        body: { state },
      }),
  };
  return client;
}
