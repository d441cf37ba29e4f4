/** Seats on the canvas, found as a mouse finds them: by what the map says of the seat under it. */
import type { Page } from 'playwright-core';

export interface Place {
  readonly x: number;
  readonly y: number;
}

const STEP_PX = 9;

/** Where on the screen the map shows the first seat of which it says these words; the seats must be near enough. */
export async function seatOnMap(page: Page, words: string): Promise<Place> {
  const box = (await page.locator('.seat-map-canvas').boundingBox())!;
  const pointed = page.locator('.seat-map-pointed');
  for (let y = STEP_PX; y < box.height; y += STEP_PX) {
    for (let x = STEP_PX; x < box.width; x += STEP_PX) {
      const place = { x: box.x + x, y: box.y + y };
      await page.mouse.move(place.x, place.y);
      if ((await pointed.textContent())?.includes(words) === true) return place;
    }
  }
  throw new Error(`the map shows no seat ${words}`);
}
