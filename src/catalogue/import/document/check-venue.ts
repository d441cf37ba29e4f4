/** The rules of one venue, and the layout of its seats. */
import type { CheckedVenue } from './checked.ts';
import { LIMITS } from './document.ts';
import type { BlockDocument, SectionDocument, VenueDocument } from './document.ts';
import type { LocatedSeat } from './layout.ts';
import { seatsOfSection } from './layout.ts';
import type { ProblemList } from './problems.ts';
import { uniqueNames } from './problems.ts';

/** The number of seats in the document's blocks and lists, without laying them out. */
export function countSeats(venue: VenueDocument): number {
  const seatsOfBlock = (block: BlockDocument): number => block.rows.reduce((sum, count) => sum + count, 0);
  return venue.sections.reduce(
    (sum, section) =>
      sum +
      ('seats' in section
        ? section.seats.length
        : section.blocks.reduce((blockSum, block) => blockSum + seatsOfBlock(block), 0)),
    0,
  );
}

export function checkVenue(venue: VenueDocument, path: string, problems: ProblemList): CheckedVenue {
  const seatCount = countSeats(venue);
  if (seatCount > LIMITS.seatsPerVenue) {
    problems.add(
      `${path}/sections`,
      `a venue may have at most ${LIMITS.seatsPerVenue} seats, not ${seatCount}`,
    );
  }
  const sectionIdIsNew = uniqueNames('the id of another section of this venue', problems);
  const placed: LocatedSeat[] = [];
  for (const [i, section] of venue.sections.entries()) {
    const sectionPath = `${path}/sections/${i}`;
    sectionIdIsNew(section.id, `${sectionPath}/id`);
    checkRowNames(section, sectionPath, problems);
    if (seatCount > LIMITS.seatsPerVenue) continue;
    for (const seat of seatsOfSection(section, sectionPath)) placed.push(seat);
  }
  checkSeats(placed, path, problems);
  checkTimeZone(venue.timeZone, path, problems);
  return {
    path,
    venueId: venue.id,
    name: venue.name,
    timeZone: venue.timeZone,
    outline: venue.outline ?? [],
    focus: venue.focus ?? null,
    sections: venue.sections.map(({ id, name }) => (name === undefined ? { id } : { id, name })),
    seats: placed,
  };
}

function checkTimeZone(timeZone: string | undefined, path: string, problems: ProblemList): void {
  if (timeZone === undefined) return;
  const known = knownTimeZone(timeZone);
  if (known === undefined) problems.add(`${path}/timeZone`, `there is no IANA time zone "${timeZone}"`);
  // `Intl` takes any case; other readers of the API do not.
  else if (known !== timeZone && known.toLowerCase() === timeZone.toLowerCase()) {
    problems.add(`${path}/timeZone`, `must be written "${known}"`);
  }
}

/** The zone's name as this runtime writes it, which may be a newer or an older one; undefined for an unknown zone. */
function knownTimeZone(timeZone: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

function checkRowNames(section: SectionDocument, path: string, problems: ProblemList): void {
  if ('seats' in section) return;
  for (const [i, block] of section.blocks.entries()) {
    if (block.rowNames === undefined) continue;
    const namesPath = `${path}/blocks/${i}/rowNames`;
    if (block.rowNames.length !== block.rows.length) {
      problems.add(
        namesPath,
        `must name each of the ${block.rows.length} rows, not ${block.rowNames.length}`,
      );
    }
    if (block.firstRow !== undefined) problems.add(namesPath, 'and firstRow exclude each other');
  }
}

function checkSeats(seats: readonly LocatedSeat[], venuePath: string, problems: ProblemList): void {
  const labelIsNew = uniqueNames('the label of another seat of this venue', problems);
  const labelAt = new Map<string, string>();
  const seatsInRow = new Map<string, number>();
  for (const { label, section, row, x, y, path } of seats) {
    labelIsNew(label, path);
    if (Math.max(Math.abs(x), Math.abs(y)) > LIMITS.coordinate) {
      problems.add(path, `places seat ${label} at (${x}, ${y}), beyond ±${LIMITS.coordinate}`);
    }
    const place = `${x} ${y}`;
    const other = labelAt.get(place);
    if (other === undefined) labelAt.set(place, label);
    else problems.add(path, `places seat ${label} at (${x}, ${y}), the place of seat ${other}`);
    const rowKey = `${section}-${row}`;
    const count = (seatsInRow.get(rowKey) ?? 0) + 1;
    seatsInRow.set(rowKey, count);
    if (count === LIMITS.seatsPerRow + 1) {
      problems.add(path, `row ${rowKey} may have at most ${LIMITS.seatsPerRow} seats`);
    }
  }
  const grades = new Set(seats.map((seat) => seat.grade));
  if (grades.size > LIMITS.grades) {
    problems.add(
      `${venuePath}/sections`,
      `a venue may have at most ${LIMITS.grades} grades, not ${grades.size}`,
    );
  }
}
