/**
 * A named place between an operation's read and its write. The service runs nothing there; the lab simulates
 * work there, and tests wait there to force an interleaving.
 */
export type RacePoint = (name: RacePointName) => Promise<void>;

export type RacePointName =
  | 'topUp: between read and write'
  | 'hold: between read and write'
  | 'pay: between read and write'
  | 'settle: between read and write'
  | 'finish: between read and write'
  | 'release: before write'
  | 'refund: before write'
  | 'cancel: before the lock'
  | 'cancel: before holds end'
  | 'reversal: before write'
  | 'expire: before write'
  | 'move: before the fence'
  | 'move: before the copy'
  | 'move: before the check'
  | 'move: before the decision'
  | 'move: before the arrival'
  | 'move: before the map is switched'
  | 'move: before the drop';
