import { describe, it } from 'vitest';
import { useDatabase } from './database.ts';

describe('a database of tests', () => {
  const database = useDatabase();

  it('takes nobody for a leak whose statement is in flight when its last test ends', () => {
    void database.sql('select 1');
  });
});
