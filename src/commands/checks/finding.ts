/** What a check of a configuration or a database found, for `serve` at its start and for `doctor`. */

/**
 * `ok`; `warn`: it works, and something may be lost or is open to misuse; `fail`: it does not work, or loses what was
 * acknowledged; `skip`: it could not be found out.
 */
export type Level = 'ok' | 'warn' | 'fail' | 'skip';

export interface Finding {
  /** What was checked, in one word. */
  readonly check: string;
  readonly level: Level;
  /** One line; unless it is ok, it says what to change. */
  readonly message: string;
}

/** Makes the findings of one check. */
export function findingsOf(check: string): Record<Level, (message: string) => Finding> {
  const made =
    (level: Level) =>
    (message: string): Finding => ({ check, level, message });
  return { ok: made('ok'), warn: made('warn'), fail: made('fail'), skip: made('skip') };
}
