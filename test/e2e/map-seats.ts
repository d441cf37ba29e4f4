/** Finds seats on the canvas as a mouse does: by the map's description of the seat under the pointer. */
import type { Page } from 'playwright-core';

export interface Place {
  readonly x: number;
  readonly y: number;
}

type Box = Place & { readonly width: number; readonly height: number };

const STEP_PX = 7;

/** Where on the screen the map shows a seat of a straight row; the seats must be near enough to be pointed at. */
export async function seatOnMap(page: Page, row: string, seat: string): Promise<Place> {
  const box = (await page.locator('.seat-map-canvas').boundingBox())!;
  const inRow = await pointAt(page, row, down(box));
  return pointAt(page, `${row}${seat}`, across(box, inRow.y));
}

/** A place about the middle at which the map says these words. */
export async function anySeatOnMap(page: Page, words: string): Promise<Place> {
  const { x, y, width, height } = (await page.locator('.seat-map-canvas').boundingBox())!;
  const middle = { x: x + width * 0.3, y: y + height * 0.3, width: width * 0.4, height: height * 0.5 };
  return pointAt(page, words, everywhere(middle));
}

async function pointAt(page: Page, words: string, places: Iterable<Place>): Promise<Place> {
  const pointed = page.locator('.seat-map-pointed');
  for (const place of places) {
    await page.mouse.move(place.x, place.y);
    if ((await pointed.textContent())?.replaceAll('\u00a0', ' ').includes(words) === true) return place;
  }
  throw new Error(`the map shows no seat ${words}`);
}

function* down({ x, y, width, height }: Box): Generator<Place> {
  // Beside the middle, where a hall may have an aisle.
  for (let at = STEP_PX; at < height; at += STEP_PX) yield { x: x + width * 0.45, y: y + at };
}

function* across({ x, width }: Box, y: number): Generator<Place> {
  for (let at = STEP_PX; at < width; at += STEP_PX) yield { x: x + at, y };
}

function* everywhere(box: Box): Generator<Place> {
  for (let at = STEP_PX; at < box.height; at += STEP_PX) yield* across(box, box.y + at);
}
