/**
 * Writes the journal that an audit compares with the database. What it has given to the operating system
 * outlives a `kill -9` of the service and of the client; only a crash of the machine may lose it.
 */
import { appendFileSync, closeSync, openSync } from 'node:fs';
import type {
  AnswerLine,
  JournalHeader,
  JournaledAnswer,
  JournaledRequest,
  SentLine,
} from '../audit/journal/format.ts';

export interface Journal {
  /** Notes a request before it is sent and returns its number. Blocks on purpose: see `openJournal`. */
  sent(request: JournaledRequest): number;
  /** Notes an answer. A request without one stays unknown. */
  answered(id: number, answer: JournaledAnswer): void;
  /** Writes what is left and closes the file. */
  close(): void;
}

/** Beyond this many characters, answers no longer wait for the next request to be written. */
const PENDING_LENGTH_MAX = 65_536;

/**
 * Begins a journal in a new file: a journal is evidence, so an existing file is an error (`EEXIST`). The
 * accounts that begin with `accountPrefix` must be the journal's own: any other effect on them since now is a
 * violation.
 *
 * A request's line is written before `sent` returns, because a request without a line would look like an
 * effect without a cause. Answers may wait for the next request and be lost with the client: a lost answer
 * only makes its request unknown, which accuses nobody.
 */
export function openJournal(path: string, options: { readonly accountPrefix: string }): Journal {
  // It names accounts and what they bought.
  const file = openSync(path, 'ax', 0o600);
  let pending = '';
  let requests = 0;
  const write = (line: JournalHeader | SentLine): void => {
    appendFileSync(file, `${pending}${JSON.stringify(line)}\n`);
    pending = '';
  };
  write({ t: 'journal', version: 1, accountPrefix: options.accountPrefix, startedAt: Date.now() });
  return {
    sent: (request) => {
      requests += 1;
      write({ t: 'sent', id: requests, at: Date.now(), ...request });
      return requests;
    },
    answered: (id, answer) => {
      const line: AnswerLine = { t: 'answer', id, at: Date.now(), ...answer };
      pending += `${JSON.stringify(line)}\n`;
      if (pending.length > PENDING_LENGTH_MAX) {
        appendFileSync(file, pending);
        pending = '';
      }
    },
    close: () => {
      appendFileSync(file, pending);
      closeSync(file);
    },
  };
}
