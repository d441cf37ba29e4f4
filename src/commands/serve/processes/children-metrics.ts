/** Adds up the metrics of a service's children: what an ended child has counted stays counted. */
import { AggregatorRegistry } from 'prom-client';
import { sharedNextRun } from '../../../lib/next-run.ts';
import type { Families } from '../metrics/family.ts';
import type { Child } from './child-process.ts';

type Asked = Pick<Child, 'ask'>;

export interface ChildrenMetrics<Asking extends Asked> {
  /** The families of the children, and of those that have ended. One that does not answer counts as it did last. */
  read(): Promise<readonly Families[]>;
  /** Notes what a child that ends has counted. */
  note(child: Asking, families: Families): void;
  /** The child has ended. */
  forget(child: Asking): void;
}

/** `running` are those that serve; a child that hands over is none of them any more. */
export function createChildrenMetrics<Asking extends Asked>(
  running: () => readonly Asking[],
): ChildrenMetrics<Asking> {
  const last = new Map<Asking, Families>();
  const ended: Families[] = [];
  const readOnce = sharedNextRun(async () => {
    // Each is noted when it comes: meanwhile the child may end, and be forgotten.
    const noting = running().map((child) =>
      child.ask('metrics').then(
        (families) => last.set(child, families),
        () => undefined,
      ),
    );
    await Promise.all(noting);
    if (ended.length > 1) ended.push(await sumOf(ended.splice(0)));
    const serving = new Set(running());
    const each = [...last].map(([child, families]) => (serving.has(child) ? families : countsOf(families)));
    return [...ended, ...each];
  });
  return {
    read: () => readOnce(''),
    note: (child, families) => void last.set(child, families),
    forget: (child) => {
      const families = last.get(child);
      last.delete(child);
      if (families !== undefined) ended.push(countsOf(families));
    },
  };
}

/** What does not end with its process. */
function countsOf(families: Families): Families {
  return families.filter(({ type }) => String(type) !== 'gauge');
}

async function sumOf(families: readonly Families[]): Promise<Families> {
  return AggregatorRegistry.aggregate([...families]).getMetricsAsJSON();
}
