/** The seats that a buyer has chosen in this tab, kept over a reload: their labels, for each performance. */
import { tabStorage } from '../../storage/storage.ts';

const STORED_BELOW = 'rowlock.choice.';

export function keptChoice(performanceId: string): readonly string[] {
  try {
    const labels: unknown = JSON.parse(tabStorage.getItem(STORED_BELOW + performanceId) ?? '[]');
    return Array.isArray(labels) ? labels.map(String) : [];
  } catch {
    return [];
  }
}

export function keepChoice(performanceId: string, labels: readonly string[]): void {
  if (labels.length === 0) tabStorage.removeItem(STORED_BELOW + performanceId);
  else tabStorage.setItem(STORED_BELOW + performanceId, JSON.stringify(labels));
}
