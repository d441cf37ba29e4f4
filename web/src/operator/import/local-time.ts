/** Times as a form's input has them, in a time zone that need not be the browser's. */

/**
 * `2030-05-01T19:00` in the zone, as ISO 8601 with the zone's offset at that moment; what is no time is left as it is, and the
 * service says so. A time that the clocks skip in spring is read with the offset before, one that they repeat with one of both.
 */
export function localTime(local: string, timeZone: string): string {
  const asIfUtc = Date.parse(`${local}Z`);
  if (Number.isNaN(asIfUtc)) return local;
  // The offset is that of the moment, which is only known with the offset: the second guess is on the right side of a change.
  const guess = asIfUtc - offsetMs(asIfUtc, timeZone);
  return `${local}${offsetText(offsetMs(guess, timeZone))}`;
}

/** How far the zone's clocks are ahead of UTC at the moment. */
function offsetMs(atMs: number, timeZone: string): number {
  const zoned = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  }).formatToParts(atMs);
  const part = (type: string): number => Number(zoned.find((one) => one.type === type)?.value);
  const local = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'));
  return local - Math.floor(atMs / 60_000) * 60_000;
}

function offsetText(offset: number): string {
  const minutes = Math.abs(offset) / 60_000;
  const [hour, minute] = [Math.floor(minutes / 60), minutes % 60].map((part) =>
    String(part).padStart(2, '0'),
  );
  return `${offset < 0 ? '-' : '+'}${hour}:${minute}`;
}

/** The browser's own zone. */
export function ownTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
