/**
 * Imports catalogues in a thread of their own. Reading, checking and planning a large one takes seconds of CPU, in which
 * the main thread could answer no buyer.
 */
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { ImportReport } from '../../../catalogue/import/import.ts';
import type { DatabaseOptions } from '../../../db/database.ts';
import { refuse } from '../../../domain/outcomes.ts';
import type { Signal } from '../../../lib/signal.ts';
import { invalidCatalogue } from './import.ts';
import type { ImportRefusal, ImportRequest } from './import.ts';
import type { ImporterDatabases, ImportMessage } from './worker.ts';

export interface Importer {
  /**
   * Imports a document, or the text of one, after those that came before it. An aborted import is rolled back unless its
   * COMMIT is under way, and answers `outcome_unknown`.
   */
  import(document: unknown, signal?: Signal, request?: ImportRequest): Promise<ImportReport | ImportRefusal>;
  /** Waits for the imports, and ends the thread. */
  close(): Promise<void>;
}

/** Where and how an importer works. */
export interface ImporterOptions {
  /** The addresses of further servers by name. */
  readonly servers?: Readonly<Record<string, string>> | undefined;
  readonly heapMb?: number;
}

/** Each of them keeps its document in memory. */
const IMPORTS_MAX = 5;

/** Bounds what the largest catalogue, half a million seats, and its plan may take. */
const HEAP_MB_MAX = 1_024;

/** How long the thread waits for the next import. */
const IDLE_MS = 10_000;

// In development the thread runs TypeScript, which tsx must be told within the thread.
const IS_SOURCE = import.meta.url.endsWith('.ts');
const WORKER = new URL(IS_SOURCE ? './worker.ts' : './worker.js', import.meta.url);

/** The thread's program would look for tsx where the process was started, so that it gets its path. */
function fromSource(): string {
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx'));
  return `import('${new URL('./esm/api/index.mjs', tsx).href}').then(({ register }) => (register(), import('${WORKER.href}')))`;
}

export function createImporter(
  home: DatabaseOptions,
  { servers = {}, heapMb = HEAP_MB_MAX }: ImporterOptions = {},
): Importer {
  let worker: Worker | undefined;
  let ending: NodeJS.Timeout | undefined;
  let imports = 0;
  let last: Promise<unknown> = Promise.resolve();

  function start(): Worker {
    const started = new Worker(IS_SOURCE ? fromSource() : WORKER, {
      eval: IS_SOURCE,
      workerData: { home, servers } satisfies ImporterDatabases,
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
      execArgv: [],
    });
    const forget = (): void => {
      if (worker === started) worker = undefined;
    };
    return started.on('error', forget).on('exit', forget);
  }

  async function end(): Promise<void> {
    clearTimeout(ending);
    const ended = worker;
    worker = undefined;
    await ended?.terminate();
  }

  async function run(
    message: ImportMessage,
    signal: Signal | undefined,
  ): Promise<ImportReport | ImportRefusal> {
    if (signal?.aborted === true) return refuse('outcome_unknown');
    clearTimeout(ending);
    worker ??= start();
    worker.ref();
    try {
      return await ask(worker, message, signal, heapMb);
    } finally {
      // An idle thread does not keep the process alive.
      worker?.unref();
      ending = setTimeout(() => void end(), IDLE_MS).unref();
    }
  }

  return {
    import: async (document, signal, request = { by: {} }) => {
      if (imports === IMPORTS_MAX) return refuse('overloaded', { cause: 'queue' });
      imports += 1;
      const turn = last.then(() => run({ document, ...request }, signal));
      last = turn.catch(() => undefined).finally(() => (imports -= 1));
      return turn;
    },
    close: async () => {
      await last;
      await end();
    },
  };
}

/** Sends the document, and waits for the answer or for the end of the thread. */
async function ask(
  worker: Worker,
  message: ImportMessage,
  signal: Signal | undefined,
  heapMb: number,
): Promise<ImportReport | ImportRefusal> {
  const abort = (): void => void worker.terminate();
  const answered = new AbortController();
  signal?.addEventListener('abort', abort);
  try {
    worker.postMessage(message, []);
    return await Promise.race([
      once(worker, 'message', { signal: answered.signal }).then(
        ([answer]) => answer as ImportReport | ImportRefusal,
      ),
      once(worker, 'exit', { signal: answered.signal }).then(() => refuse('outcome_unknown')),
    ]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY') {
      return brokenDocument(`must not need more than ${heapMb} MB of memory`);
    }
    if (error instanceof DOMException && error.name === 'DataCloneError') {
      return brokenDocument('must be plain data: no functions and no symbols');
    }
    throw error;
  } finally {
    answered.abort();
    signal?.removeEventListener('abort', abort);
  }
}

function brokenDocument(rule: string): ImportRefusal {
  return invalidCatalogue({ problems: [{ path: '', rule }], problemCount: 1 });
}
