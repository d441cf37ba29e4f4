/** The thread that imports catalogues, one after another, on a connection of its own; `importer.ts` starts it. */
import { parentPort, workerData } from 'node:worker_threads';
import { openDatabase } from '../../../db/database.ts';
import type { DatabaseOptions } from '../../../db/database.ts';
import type { By } from '../../../operator-log/note-action.ts';
import { importDocument } from './import.ts';

/** What the importer sends for each import. */
export interface ImportMessage {
  readonly document: unknown;
  readonly by: By;
}

const database = openDatabase({ ...(workerData as DatabaseOptions), poolSize: 1 });

parentPort?.on('message', ({ document, by }: ImportMessage) => {
  // A failure ends the thread, and the importer gets its error.
  void importDocument({ database }, document, by).then((answer) => parentPort?.postMessage(answer, []));
});
