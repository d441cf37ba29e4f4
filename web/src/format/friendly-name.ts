/** Names for people who only want to try: `quiet-otter-42`. */
const MANNERS = [
  'quiet',
  'bright',
  'gentle',
  'merry',
  'swift',
  'calm',
  'kind',
  'clever',
  'sunny',
  'brave',
] as const;
const ANIMALS = [
  'otter',
  'heron',
  'magpie',
  'badger',
  'lynx',
  'crane',
  'tiger',
  'hare',
  'whale',
  'finch',
] as const;

export function friendlyName(): string {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(Math.random() * from.length)]!;
  return `${pick(MANNERS)}-${pick(ANIMALS)}-${10 + Math.floor(Math.random() * 90)}`;
}
