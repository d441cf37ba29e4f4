/** What the service answers. Nothing here needs a browser. */

/** A refusal (RFC 9457), or `offline`: no answer arrived. */
export interface Problem {
  readonly outcome: string;
  readonly status: number;
  readonly title: string;
  readonly detail?: string;
  readonly retry: 'same' | 'changed' | 'never';
  /** Of the Retry-After header. */
  readonly retryAfterSeconds?: number;
  readonly [member: string]: unknown;
}

export type Answer<T> =
  | { readonly ok: true; readonly status: number; readonly data: T }
  | { readonly ok: false; readonly problem: Problem };
