/**
 * The journal: a client's requests and the service's answers, in JSON Lines. It has a header, then a line for
 * each request, written before it is sent, and a line for each answer. A request without an answer line is
 * *unknown*: it may have had its effect, but not twice. A request sent again with its key gets lines of its
 * own.
 */
import { createReadStream } from 'node:fs';
import Type from 'typebox';
import type { Static } from 'typebox';
import { Compile } from 'typebox/compile';

const header = Type.Object({
  t: Type.Literal('journal'),
  version: Type.Literal(1),
  /** Accounts with this prefix belong to the journal alone: it has every request of theirs, and no others. */
  accountPrefix: Type.String(),
  /** Milliseconds since 1970 by the client's clock, as is every `at`. */
  startedAt: Type.Number(),
});

const text = Type.String({ minLength: 1 });
const labels = Type.Immutable(Type.Array(text));
/** The owner of the wallet or reservation, also when an operator asks. */
const request = { accountId: text };
const ofReservation = { ...request, performanceId: text, reservationId: text };

const topUp = Type.Object({ op: Type.Literal('topUp'), ...request, key: text, amount: Type.Number() });
const hold = Type.Object({
  op: Type.Literal('hold'),
  ...request,
  key: text,
  performanceId: text,
  /** Labels; left out when the service was to choose. */
  seats: Type.Optional(labels),
});
const pay = Type.Object({ op: Type.Literal('pay'), ...ofReservation, key: text });
const refund = Type.Object({
  op: Type.Literal('refund'),
  ...ofReservation,
  key: text,
  /** Labels; left out for all that are left. */
  seats: Type.Optional(labels),
});
const release = Type.Object({ op: Type.Literal('release'), ...ofReservation, key: Type.Optional(text) });
const journaledRequest = Type.Union([topUp, hold, pay, refund, release]);

const sentMark = Type.Object({ t: Type.Literal('sent'), id: Type.Integer(), at: Type.Number() });

const journaledAnswer = Type.Object({
  /** The HTTP status; 0 without HTTP. */
  status: Type.Integer(),
  /**
   * `topped up`, `held`, `paid`, `released`, `refunded`, or the code of a refusal. Any other word says
   * nothing (a proxy may have answered), and the request stays unknown.
   */
  outcome: text,
  reservationId: Type.Optional(text),
  seq: Type.Optional(Type.Number()),
  amount: Type.Optional(Type.Number()),
  balanceAfter: Type.Optional(Type.Number()),
  seats: Type.Optional(labels),
  /** ISO 8601, as the service wrote it. */
  expiresAt: Type.Optional(text),
});
const answerMark = Type.Object({ t: Type.Literal('answer'), id: Type.Integer(), at: Type.Number() });

/** A request. `key` is its Idempotency-Key; amounts are minor units, seats are labels. */
export type JournaledRequest = Static<typeof journaledRequest>;
/** An answer: the facts of a success, as far as the service gave them, or a refusal's code. */
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

/** The journal is malformed: which line, and why. */
export class JournalError extends Error {}

/**
 * Reads a journal line by line, without a last line that its writer did not finish. Throws `JournalError` for
 * any other malformed line, and the file system's errors.
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
  // A complete line ends with a line break; what follows the last one is unfinished.
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
