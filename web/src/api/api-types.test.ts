import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { API_TYPES_FILE, generateApiTypes } from '../../generate-api-types.ts';

it("the pages' types are those of the OpenAPI document (else run web/generate-api-types.ts)", async () => {
  expect(await readFile(API_TYPES_FILE, 'utf8')).toBe(await generateApiTypes());
});
