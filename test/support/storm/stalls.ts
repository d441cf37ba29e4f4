/**
 * Loaded into the service before it starts: says on stderr when its event loop stood still. A process that gets no processor
 * answers late, and no deadline can help; what is judged is the time beyond that.
 */
const INTERVAL_MS = 20;
const NOTABLE_MS = 20;

let lastMs = performance.now();
setInterval(() => {
  const nowMs = performance.now();
  const lostMs = nowMs - lastMs - INTERVAL_MS;
  lastMs = nowMs;
  if (lostMs < NOTABLE_MS) return;
  process.stderr.write(`stalled ${Math.round(performance.timeOrigin + nowMs)} ${Math.round(lostMs)}\n`);
}, INTERVAL_MS).unref();
