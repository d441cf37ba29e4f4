/**
 * Seat maps as JSON, made once: a stadium's has several megabytes, and everyone who opens a sale asks for the same one.
 */
import { createHash } from 'node:crypto';
import type { SeatMap } from '../../../catalogue/seat-map/seat-map.ts';
import { createWeightedCache } from '../../../lib/weighted-cache.ts';
import { compressed } from '../../answers/compression.ts';

export interface SeatMapDocument {
  /** Strong: the bytes of the JSON (RFC 9110 section 8.8.1). */
  readonly etag: string;
  readonly json: Buffer;
  readonly gzipped: SeatMapVariant;
}

/** The same JSON compressed, with a tag of its own as its bytes are others. */
interface SeatMapVariant {
  readonly etag: string;
  readonly bytes: Buffer;
}

const CACHED_BYTES_MAX = 64 * 1024 * 1024;

/** Makes documents, and keeps those that were used last. */
export function createSeatMapDocuments(): (map: SeatMap) => Promise<SeatMapDocument> {
  const documents = createWeightedCache<{
    map: SeatMap['seats'];
    made: Promise<SeatMapDocument>;
    weight: number;
  }>(CACHED_BYTES_MAX, (entry) => entry.weight);
  return (map) => {
    // The seats' array is the venue map's own: as long as it is the same object, nothing has changed.
    const cached = documents.get(map.performanceId);
    if (cached?.map === map.seats) return cached.made;
    const text = documentText(map);
    const made = documentOf(text);
    documents.set(map.performanceId, { map: map.seats, made, weight: text.length * 1.25 });
    return made;
  };
}

function documentText({ performanceId, venueId, venueName, outline, sections, seats }: SeatMap): string {
  return JSON.stringify({ performanceId, venueId, venueName, outline, sections, seats });
}

async function documentOf(text: string): Promise<SeatMapDocument> {
  const json = Buffer.from(text);
  const hash = createHash('sha256').update(json).digest('base64url').slice(0, 22);
  return {
    etag: `"${hash}"`,
    json,
    gzipped: { etag: `"${hash}-gzip"`, bytes: await compressed('gzip', json) },
  };
}
