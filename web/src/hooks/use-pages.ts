/** Reads a list that the service answers a page at a time. */
import { useEffect, useState } from 'preact/hooks';
import type { Problem } from '../api/answer.ts';
import { call } from '../api/client.ts';
import { useRead } from './use-read.ts';

export interface Pages<Page> {
  /** Newest first; undefined until the first one is read. */
  readonly pages: readonly Page[] | undefined;
  readonly problem: Problem | undefined;
  /** Reads the first page again, and forgets the older ones. */
  readonly again: () => void;
  /** Reads the next older page; undefined when there is none. */
  readonly more: (() => void) | undefined;
}

/** `path` has a query already; `before` is added to it. */
export function usePages<Page extends { readonly next: number | null }>(path: string): Pages<Page> {
  const { data, problem, again } = useRead<Page>(path);
  const [older, setOlder] = useState<readonly Page[]>([]);
  useEffect(() => setOlder([]), [data]);
  const pages = data === undefined ? undefined : [data, ...older];
  const next = pages?.at(-1)?.next ?? null;
  const more = async (): Promise<void> => {
    const answer = await call<Page>({ method: 'GET', path: `${path}&before=${next}` });
    // The list is as it was when this was asked, unless somebody tapped twice.
    if (answer.ok) setOlder((known) => (known === older ? [...known, answer.data] : known));
  };
  return { pages, problem, again, more: next === null ? undefined : () => void more() };
}
