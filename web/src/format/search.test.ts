import { expect, it } from 'vitest';
import { finds } from './search.ts';

const TEXTS = ['겨울의 끝', 'The End of Winter', 'Salle Élysée'];

it.each(['', ' ', 'winter', 'END the', 'elysee', 'Élysée', '겨울', 'wint salle', '끝 end'])(
  'finds by %j',
  (query) => {
    expect(finds(query, TEXTS)).toBe(true);
  },
);

it.each(['summer', 'winter summer', '가을', 'end.of'])('does not find by %j', (query) => {
  expect(finds(query, TEXTS)).toBe(false);
});
