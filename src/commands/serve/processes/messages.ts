/** What a parent and its children tell each other over their channel. */
import type { NotReady, ProcessActivity } from '../../../box-office/box-office.ts';
import type { NoPlace } from '../../../http/edge/places.ts';
import type { Uses } from '../../../http/edge/rates/sharing.ts';
import type { Families } from '../metrics/family.ts';
import type { ServiceSettings } from '../service.ts';

/** From the parent. */
export type Order =
  | { readonly order: 'start'; readonly number: number; readonly settings: ServiceSettings }
  /** Serves the connection that comes along. */
  | { readonly order: 'take' }
  /** Gets no more connections, answers what its own still bring, and ends. */
  | { readonly order: 'hand over' }
  /** Refuses new work, finishes what is in flight, and ends. */
  | { readonly order: 'stop' }
  /** Counts what clients have sent to other processes. */
  | { readonly order: 'count uses'; readonly uses: Uses }
  | Asked<ChildAnswers>
  | Answered;

/** From a child. */
export type Report =
  | { readonly report: 'ready' }
  | { readonly report: 'taken' }
  /** It closes, and has read nothing of the connection: another process can serve it. */
  | { readonly report: 'not taken' }
  /** So many of its connections have ended since the last report. */
  | { readonly report: 'left'; readonly count: number }
  /** It serves no new connection any more: it stops, and nothing is in flight. */
  | { readonly report: 'closed' }
  | { readonly report: 'place left'; readonly client: string }
  /** What clients have sent to it. */
  | { readonly report: 'uses'; readonly uses: Uses }
  /** What it has counted, for the last time. */
  | { readonly report: 'metrics'; readonly families: Families }
  | Asked<ParentAnswers>
  | Answered;

/** What a parent asks a child about itself. */
export interface ChildAnswers {
  readonly activity: ProcessActivity;
  readonly readiness: NotReady;
  readonly metrics: Families;
}

/** What a child asks its parent about the whole service. */
export interface ParentAnswers {
  /** Undefined when no child has told its own. */
  readonly activity: ProcessActivity | undefined;
  readonly readiness: NotReady;
  /** Takes a watcher's place for a client. */
  readonly place: NoPlace | undefined;
}

export interface Asked<Answers> {
  readonly ask: number;
  readonly about: keyof Answers;
  /** Whose place it is about. */
  readonly client?: string | undefined;
}

export interface Answered {
  readonly answer: number;
  readonly value: unknown;
}
