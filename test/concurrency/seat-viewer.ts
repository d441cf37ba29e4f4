/** A viewer of a performance's seats. It shows exactly what its events say. */
import { readSeatStates } from '../../src/seats/states.ts';
import type { SeatEvent, SeatWatch, SeatWatching } from '../../src/seats/watching.ts';
import type { Refusal } from '../../src/domain/outcomes.ts';
import type { Database } from '../../src/db/database.ts';

/** What a page keeps: the states that it shows, and where it would continue. */
export interface Page {
  readonly states: string;
  readonly cursor: string;
}

export interface Viewer {
  page: Page;
  /** Every event, in order. */
  readonly events: SeatEvent[];
  /** Every page that it has shown. */
  readonly past: Page[];
  /** `watching` from `watch` on, `away` after `leave`, `reset` when it must read both again, `ended` by the hub. */
  state: 'away' | 'watching' | 'reset' | 'ended' | 'refused';
  /** Resolves when the hub has let it in, which takes a tick. */
  watch(hub: SeatWatching, from?: Page): Promise<SeatWatch | Refusal>;
  leave(): void;
}

export async function readPage(database: Database, performanceId: string): Promise<Page> {
  const seen = await database.connect((connection) => readSeatStates(connection, performanceId));
  return { states: seen!.states, cursor: seen!.cursor };
}

/** A viewer who has read the page. */
export async function createViewer(database: Database, performanceId: string): Promise<Viewer> {
  const page = await readPage(database, performanceId);
  let close = (): void => undefined;
  const viewer: Viewer = {
    page,
    events: [],
    past: [page],
    state: 'away',
    watch: async (hub, from = viewer.page) => {
      viewer.page = from;
      viewer.state = 'watching';
      let left = false;
      close = () => (left = true);
      const answer = await hub.watch({
        performanceId,
        cursor: from.cursor,
        onEvents: (events) => apply(viewer, events),
        onEnd: () => (viewer.state = 'ended'),
      });
      if ('outcome' in answer) viewer.state = 'refused';
      else if (left) answer.close();
      else {
        close = () => answer.close();
        apply(viewer, answer.events);
      }
      return answer;
    },
    leave: () => {
      viewer.state = 'away';
      close();
    },
  };
  return viewer;
}

const LETTERS = { free: 'f', held: 'h', sold: 's' } as const;

function apply(viewer: Viewer, events: readonly SeatEvent[]): void {
  for (const event of events) {
    viewer.events.push(event);
    if (event.kind === 'reset') viewer.state = 'reset';
    if (event.kind !== 'seats') continue;
    const states = viewer.page.states.split('');
    for (const state of ['free', 'held', 'sold'] as const) {
      for (const number of event[state] ?? []) states[number - 1] = LETTERS[state];
    }
    viewer.page = { states: states.join(''), cursor: event.cursor };
    viewer.past.push(viewer.page);
  }
}
