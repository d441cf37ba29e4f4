/** Reads a list that the service answers a page at a time. */
import { useEffect, useState } from 'preact/hooks';
import type { Problem } from '../api/answer.ts';
import { call } from '../api/client.ts';
import type { AnswerOf, AnyGiven, Given, Route } from '../api/request-to.ts';
import { useResource } from './use-resource.ts';

export interface Pages<Page> {
  /** Newest first; undefined until the first one is read. */
  readonly pages: readonly Page[] | undefined;
  readonly problem: Problem | undefined;
  /** Reads the first page again, and forgets the older ones. */
  readonly reload: () => void;
  /** Reads the next older page; undefined when there is none. */
  readonly more: (() => void) | undefined;
}

/** A route whose answer says where the next page begins. */
type ListRoute = {
  [R in Route]: AnswerOf<R> extends { readonly next: number | string | null } ? R : never;
}[Route] &
  `GET ${string}`;

const PAGE_SIZE = 20;

export function usePages<R extends ListRoute>(route: R, ...given: Given<R>): Pages<AnswerOf<R>>;
export function usePages(route: ListRoute, given: AnyGiven = {}): Pages<AnswerOf<ListRoute>> {
  const newest = { ...given, query: { ...given.query, limit: PAGE_SIZE } };
  const { data, problem, reload } = useResource(route, newest);
  const [older, setOlder] = useState<readonly AnswerOf<ListRoute>[]>([]);
  useEffect(() => setOlder([]), [data]);
  const pages = data === undefined ? undefined : [data, ...older];
  const next = pages?.at(-1)?.next ?? null;
  const readMore = async (place: number | string): Promise<void> => {
    // A text for some lists; either goes into the address as it is.
    const before = place as number & string;
    const olderOnes = { ...given, query: { ...given.query, limit: PAGE_SIZE, before } };
    const answer = await call(route, olderOnes);
    // The list is as it was when this was asked, unless somebody tapped twice.
    if (answer.ok) setOlder((known) => (known === older ? [...known, answer.data] : known));
  };
  return { pages, problem, reload, more: next === null ? undefined : () => void readMore(next) };
}
