/** Runs a baseline's script through pg as pgbench would: prepared, with a connection per client. */
import type { Database } from '../../db/database.ts';
import { createLatencyRecorder } from '../../load/latency-summary.ts';
import { STRIDE } from '../workloads/access-pattern.ts';
import type { LoadReport, ScriptLoad, ScriptStep } from '../measure/worker-protocol.ts';

interface Prepared {
  readonly name: string;
  readonly text: string;
  /** The name of the variable for each parameter. */
  readonly variables: readonly string[];
  readonly into: boolean;
}

/** Throws what the database raises: a client that fails ends the load, as in pgbench. */
export async function runScriptLoad(
  database: Database,
  load: ScriptLoad,
): Promise<Omit<LoadReport, 'statements'>> {
  const steps = load.steps.map(prepared);
  const latencies = createLatencyRecorder();
  const startedAtMs = performance.now();
  const endsAtMs = startedAtMs + load.durationMs;
  let transactions = 0;
  const runClient = async (client: number): Promise<void> => {
    const connection = await database.pool.connect();
    try {
      for (let n = 0; n < load.transactionsPerClient && performance.now() < endsAtMs; n += 1) {
        const beganAtMs = performance.now();
        const variables = variablesOf(load, client, n);
        for (const step of steps) {
          const values = step.variables.map((name) => variables[name]);
          const { rows } = await connection.query({ ...step, values });
          if (step.into) Object.assign(variables, rows[0]);
        }
        latencies.record(performance.now() - beganAtMs);
        transactions += 1;
      }
    } finally {
      connection.release();
    }
  };
  await Promise.all(Array.from({ length: load.clients }, (_, client) => runClient(client)));
  const elapsedMs = performance.now() - startedAtMs;
  return {
    outcomes: { transaction: transactions },
    successes: transactions,
    elapsedMs,
    lastSuccessMs: elapsedMs,
    winners: latencies.summary(),
    losers: createLatencyRecorder().summary(),
  };
}

/** The same numbers as in `pgbenchScript`. */
function variablesOf({ rows, clients }: ScriptLoad, client: number, n: number): Record<string, unknown> {
  const perClient = Math.floor(rows / clients);
  return { i: client * 2 ** 31 + n, row: ((client * perClient + n) * STRIDE) % rows };
}

/** Replaces each `:name` by a parameter; `::` is a cast. */
function prepared({ sql, into = false }: ScriptStep, index: number): Prepared {
  const variables: string[] = [];
  const text = sql.trim().replaceAll(/(?<!:):([a-z_]+)/g, (_, name: string) => {
    variables.push(name);
    return `$${variables.length}`;
  });
  return { name: `bench_${index}_${hashOf(text)}`, text, variables, into };
}

/** Two scripts on one connection must not share a statement's name. */
function hashOf(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return hash;
}
