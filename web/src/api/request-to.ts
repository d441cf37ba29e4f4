/** Requests to the service's routes, as its OpenAPI document types them. */
import type { Routes } from './types.ts';

export type Route = keyof Routes;
export type AnswerOf<R extends Route> = Routes[R]['answer'];

/** What a route needs, and other options; nothing has to be given where nothing is required. */
export type Given<R extends Route, Options = object> =
  object extends Omit<Routes[R], 'answer'>
    ? [given?: Omit<Routes[R], 'answer'> & Options]
    : [given: Omit<Routes[R], 'answer'> & Options];

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface ApiRequest<M extends Method = Method> {
  readonly method: M;
  readonly path: string;
  readonly body?: unknown;
}

/** What any route may be given. */
export interface AnyGiven {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly body?: unknown;
}

/** The request of a route: its parameters are encoded into its path. */
export function requestTo<M extends Method, R extends Route>(
  route: R & `${M} ${string}`,
  ...given: Given<R>
): ApiRequest<M>;
export function requestTo(route: Route, { params = {}, query = {}, body }: AnyGiven = {}): ApiRequest {
  const [method, template] = route.split(' ') as [Method, string];
  const path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name]!));
  const asked = Object.entries(query).map(([name, value]) => [name, String(value)]);
  const search = new URLSearchParams(asked).toString();
  return { method, path: search === '' ? path : `${path}?${search}`, ...(body !== undefined && { body }) };
}
