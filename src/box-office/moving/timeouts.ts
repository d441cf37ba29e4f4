/** How long a statement of a move may take: packing 50,000 seats takes longer than a buyer's statement may. */
export const STATEMENT_TIMEOUT_MS = 60_000;
