/** The thread that imports catalogues, one after another, on a connection of its own; `importer.ts` starts it. */
import { parentPort, workerData } from 'node:worker_threads';
import { openDatabase } from '../../../db/database.ts';
import type { DatabaseOptions } from '../../../db/database.ts';
import { importDocument } from './import.ts';

const database = openDatabase({ ...(workerData as DatabaseOptions), poolSize: 1 });

parentPort?.on('message', (document: unknown) => {
  // A failure ends the thread, and the importer gets its error.
  void importDocument({ database }, document).then((answer) => parentPort?.postMessage(answer, []));
});
