/** A process that moves a performance and stops for ever at a race point, to be killed there. */
import { movePerformance } from '../../src/box-office/moving/move.ts';
import { withPlaces } from '../../src/box-office/moving/places.ts';

const [databaseUrl, servers, performanceId, target, stopAt] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
];

/** Keeps the process alive while it waits to be killed. */
const alive = setInterval(() => undefined, 60_000);
await withPlaces({ databaseUrl, servers: JSON.parse(servers) as Record<string, string> }, (places) =>
  movePerformance(places, {
    performanceId,
    target,
    racePoint: async (name) => {
      if (name !== stopAt) return;
      process.stdout.write(`at ${name}\n`);
      await new Promise(() => undefined);
    },
  }),
);
clearInterval(alive);
