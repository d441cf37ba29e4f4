/**
 * A sample's journal, kept in memory: writing a file would take disk and processor time from what is
 * measured. The audit reads it like any other journal.
 */
import type { JournaledAnswer, JournaledRequest, JournalLine } from '../../audit/journal/format.ts';

export interface MemoryJournal<Answer> {
  /** Notes that request `i` is being sent; requests are numbered from 0 without gaps. */
  readonly sent: (i: number) => void;
  readonly answered: (i: number, answer: Answer) => void;
  readonly requests: number;
  /** When the request was sent or answered, by `performance.now()`; NaN if it was not. */
  readonly sentAtMs: (i: number) => number;
  readonly answeredAtMs: (i: number) => number;
  readonly answerOf: (i: number) => Answer | undefined;
  lines(parts: JournalParts<Answer>): AsyncIterable<JournalLine>;
}

export interface JournalParts<Answer> {
  readonly accountPrefix: string;
  readonly requestOf: (i: number) => JournaledRequest;
  readonly answerOf: (answer: Answer, i: number) => JournaledAnswer;
}

export function createMemoryJournal<Answer>(): MemoryJournal<Answer> {
  const startedAt = Date.now();
  const clockLeadMs = startedAt - performance.now();
  const sentAt: number[] = [];
  const answeredAt: number[] = [];
  const answers: (Answer | undefined)[] = [];
  async function* lines({
    accountPrefix,
    requestOf,
    answerOf,
  }: JournalParts<Answer>): AsyncIterable<JournalLine> {
    yield { t: 'journal', version: 1, accountPrefix, startedAt };
    for (const [id, sentAtMs] of sentAt.entries()) {
      yield { t: 'sent', id, at: sentAtMs + clockLeadMs, ...requestOf(id) };
      const answer = answers[id];
      if (answer !== undefined)
        yield { t: 'answer', id, at: answeredAt[id]! + clockLeadMs, ...answerOf(answer, id) };
    }
  }
  return {
    sent: (i) => {
      sentAt[i] = performance.now();
      answeredAt[i] = Number.NaN;
      answers[i] = undefined;
    },
    answered: (i, answer) => {
      answeredAt[i] = performance.now();
      answers[i] = answer;
    },
    get requests() {
      return sentAt.length;
    },
    sentAtMs: (i) => sentAt[i] ?? Number.NaN,
    answeredAtMs: (i) => answeredAt[i] ?? Number.NaN,
    answerOf: (i) => answers[i],
    lines,
  };
}
