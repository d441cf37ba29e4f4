import type { PlantedPerformance } from '../../src/load/plant.ts';
import { plantPerformance as plant } from '../../src/load/plant.ts';
import type { TestDatabase } from './database.ts';

let planted = 0;

/**
 * Plants a performance that is on sale now, and returns its id. By default: an id of its own, 10 seats at 50,000, held for
 * 300 seconds, four per account, without a budget of unpaid holds, refundable without end.
 */
export async function plantPerformance(
  database: TestDatabase,
  options: Partial<PlantedPerformance> = {},
): Promise<string> {
  planted += 1;
  const performanceId = `performance-${planted}`;
  const performance = {
    performanceId,
    seats: 10,
    price: 50_000,
    holdSeconds: 300,
    seatLimit: 4,
    holdBudget: null,
    ...options,
  };
  await plant(database.pool, performance);
  return performance.performanceId;
}
