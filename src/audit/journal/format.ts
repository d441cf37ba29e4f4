/**
 * The journal: what a client asked of the service and what it was answered, in JSON Lines. The first line is the
 * header; then stands a line per request, written before it is sent, and a line per answer. A request without an answer
 * line is *unknown*: it may have had its effect or not, but not twice. A request that is sent again with its key gets
 * lines of its own.
 */
import { createReadStream } from 'node:fs';
import Type from 'typebox';
import type { Static } from 'typebox';
import { Compile } from 'typebox/compile';

const header = Type.Object({
  t: Type.Literal('journal'),
  version: Type.Literal(1),
  /**
   * The accounts whose names begin so belong to this journal alone: nothing happens to them that is not in it. Every
   * request in the journal is one of theirs.
   */
  accountPrefix: Type.String(),
  /** Epoch milliseconds by the client's clock, as is every `at`. */
  startedAt: Type.Number(),
});

const text = Type.String({ minLength: 1 });
const labels = Type.Immutable(Type.Array(text));
/** Whose wallet or reservation it is, also when an operator asks. */
const request = { accountId: text };
const ofReservation = { ...request, performanceId: text, reservationId: text };

const topUp = Type.Object({ op: Type.Literal('topUp'), ...request, key: text, amount: Type.Number() });
const hold = Type.Object({
  op: Type.Literal('hold'),
  ...request,
  key: text,
  performanceId: text,
  /** Labels; left out when the service was asked to choose. */
  seats: Type.Optional(labels),
});
const pay = Type.Object({ op: Type.Literal('pay'), ...ofReservation, key: text });
const refund = Type.Object({ op: Type.Literal('refund'), ...ofReservation, key: text });
const release = Type.Object({ op: Type.Literal('release'), ...ofReservation, key: Type.Optional(text) });
const journaledRequest = Type.Union([topUp, hold, pay, refund, release]);

const sentMark = Type.Object({ t: Type.Literal('sent'), id: Type.Integer(), at: Type.Number() });

const journaledAnswer = Type.Object({
  /** The HTTP status; 0 where the engine was called without HTTP. */
  status: Type.Integer(),
  /**
   * `topped up`, `held`, `paid`, `released`, `refunded`, or the code of a refusal. Any other word is an answer that says
   * nothing, such as a proxy's: the request stays unknown.
   */
  outcome: text,
  reservationId: Type.Optional(text),
  seq: Type.Optional(Type.Number()),
  amount: Type.Optional(Type.Number()),
  balanceAfter: Type.Optional(Type.Number()),
  seats: Type.Optional(labels),
  /** As the service wrote it: ISO 8601. */
  expiresAt: Type.Optional(text),
});
const answerMark = Type.Object({ t: Type.Literal('answer'), id: Type.Integer(), at: Type.Number() });

/** What a request asks. `key` is its Idempotency-Key, amounts are minor units, seats are labels. */
export type JournaledRequest = Static<typeof journaledRequest>;
/** What was answered: the facts of a success, as far as the service told them, or a refusal's code. */
export type JournaledAnswer = Static<typeof journaledAnswer>;

export type JournalHeader = Static<typeof header>;
export type SentLine = Static<typeof sentMark> & JournaledRequest;
export type AnswerLine = Static<typeof answerMark> & JournaledAnswer;
export type JournalLine = JournalHeader | SentLine | AnswerLine;

const isJournalLine = Compile(
  Type.Union([
    header,
    Type.Intersect([sentMark, journaledRequest]),
    Type.Intersect([answerMark, journaledAnswer]),
  ]),
);

/** A journal that can't be read as one: which line, and what is wrong with it. */
export class JournalError extends Error {}

/**
 * Reads a journal line by line. A last line that was torn off by the end of its writer is passed over. Errors:
 * `JournalError` for any other line that is not one of a journal, and what opening and reading the file throws.
 */
export async function* readJournal(path: string): AsyncIterable<JournalLine> {
  let rest = '';
  let number = 0;
  for await (const chunk of createReadStream(path, 'utf8')) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      number += 1;
      yield parseLine(line, number);
    }
  }
  // What follows the last line break was not written to its end; a whole line always ends with one.
}

function parseLine(line: string, number: number): JournalLine {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new JournalError(`line ${number} of the journal is not JSON: ${line.slice(0, 80)}`, {
      cause: error,
    });
  }
  if (!isJournalLine.Check(value) || (value.t === 'journal') !== (number === 1)) {
    const wanted = number === 1 ? 'a journal header' : 'a sent or answer line';
    throw new JournalError(`line ${number} of the journal is not ${wanted}: ${line.slice(0, 80)}`);
  }
  return value;
}
