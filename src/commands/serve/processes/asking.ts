/** Questions over a channel, each with one answer. */
import type { Answered, Asked } from './messages.ts';

/** The other side is gone, or did not answer in time. */
class NoAnswer extends Error {}

export interface Asking<Answers> {
  /** Throws `NoAnswer`. */
  ask<About extends keyof Answers>(about: About, client?: string): Promise<Answers[About]>;
  answered(answer: Answered): void;
  /** Ends every wait: the other side is gone. */
  close(): void;
}

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: NoAnswer) => void;
  readonly timer: NodeJS.Timeout;
}

export function createAsking<Answers>(
  send: (asked: Asked<Answers>) => void,
  timeoutMs: number,
): Asking<Answers> {
  const waiting = new Map<number, Waiting>();
  let count = 0;
  let isClosed = false;
  function take(id: number): Waiting | undefined {
    const found = waiting.get(id);
    clearTimeout(found?.timer);
    waiting.delete(id);
    return found;
  }
  return {
    ask: (about, client) =>
      new Promise((resolve, reject) => {
        if (isClosed) throw new NoAnswer('the other process is gone');
        const id = (count += 1);
        const timer = setTimeout(
          () => take(id)?.reject(new NoAnswer(`no answer within ${timeoutMs} ms`)),
          timeoutMs,
        );
        waiting.set(id, { resolve, reject, timer });
        send({ ask: id, about, client });
      }),
    answered: ({ answer, value }) => take(answer)?.resolve(value as never),
    close: () => {
      isClosed = true;
      for (const id of waiting.keys()) take(id)?.reject(new NoAnswer('the other process is gone'));
    },
  };
}
