/** What a process answered over HTTP. */
import { REFUSALS } from '../../../domain/outcomes.ts';
import type { HttpObserver } from '../../../http/observing/answers.ts';
import type { Family } from './family.ts';
import { single } from './family.ts';

export interface HttpCounts {
  readonly observer: HttpObserver;
  readonly families: readonly Family[];
}

const CODES: ReadonlySet<string> = new Set(REFUSALS.map(({ code }) => code));

/** Counts by route and status class. Routes are those of the program, so that the labels are bounded. */
export function createHttpCounts(): HttpCounts {
  /** By route, then by method; by the first digit of the status. */
  const answers = new Map<string, Map<string, number[]>>();
  const refusals = new Map<string, number>();
  let connections: (() => number) | undefined;
  return {
    observer: {
      answered: (method, route = 'unmatched', status, outcome) => {
        let methods = answers.get(route);
        if (methods === undefined) answers.set(route, (methods = new Map<string, number[]>()));
        const name = route === 'unmatched' ? 'any' : method;
        let classes = methods.get(name);
        if (classes === undefined) methods.set(name, (classes = [0, 0, 0, 0, 0, 0]));
        classes[Math.min(5, Math.floor(status / 100))]! += 1;
        if (outcome !== 'ok' && CODES.has(outcome)) refusals.set(outcome, (refusals.get(outcome) ?? 0) + 1);
      },
      opened: (count) => {
        connections = count;
      },
    },
    families: [
      {
        name: 'rowlock_http_answers_total',
        help: 'Answers over HTTP, by route and status class.',
        type: 'counter',
        samples: () =>
          [...answers].flatMap(([route, methods]) =>
            [...methods].flatMap(([method, classes]) =>
              classes.flatMap((value, digit) =>
                value === 0 ? [] : [{ labels: { method, route, status: `${digit}xx` }, value }],
              ),
            ),
          ),
      },
      {
        name: 'rowlock_http_refusals_total',
        help: 'Refusals over HTTP, by outcome; those of the edge, such as rate_limited, too.',
        type: 'counter',
        samples: () => [...refusals].map(([outcome, value]) => ({ labels: { outcome }, value })),
      },
      {
        name: 'rowlock_http_connections',
        help: 'Open connections of clients.',
        type: 'gauge',
        samples: () => single(connections?.()),
      },
    ],
  };
}
