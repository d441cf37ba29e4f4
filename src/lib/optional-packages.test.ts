import { describe, expect, it } from 'vitest';
import { PackageMissing, requirePackages } from './optional-packages.ts';

describe('an optional package', () => {
  it.each(['echarts', 'undici', 'redis-semaphore'])('passes when it is installed: %s', (name) => {
    expect(() => requirePackages('this', name)).not.toThrow();
  });

  it('is asked for with those that are missing beside it, and no other', () => {
    expect(() => requirePackages('flying', 'a-wing', 'echarts', 'a-beak')).toThrow(
      new PackageMissing('flying needs what is not installed: npm install "a-wing@latest" "a-beak@latest"'),
    );
  });
});
