import { describe, expect, it } from 'vitest';
import { clientRequestIdOf, idsOf, traceIdOf } from './request-ids.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const PARENT = '00f067aa0ba902b7';

describe('a client’s X-Request-Id', () => {
  it.each(['a', 'web-1.2_3', 'x'.repeat(64), '0d5f1d8e-5b0b-4f0c-9d5c-0a6c1c8f3e21'])(
    'is taken: %s',
    (given) => {
      expect(clientRequestIdOf({ 'x-request-id': given })).toBe(given);
    },
  );

  it.each([
    '',
    'x'.repeat(65),
    'a b',
    'a, b',
    'a\r\nset-cookie: b',
    '{"a":1}',
    'é',
    '<script>',
    'a\n',
    'urn:uuid:1',
  ])('is not: %j', (given) => {
    expect(clientRequestIdOf({ 'x-request-id': given })).toBeUndefined();
  });
});

describe('a client’s traceparent', () => {
  it.each([
    `00-${TRACE}-${PARENT}-01`,
    `00-${TRACE}-${PARENT}-ff`,
    `01-${TRACE}-${PARENT}-00`,
    `cc-${TRACE}-${PARENT}-01-what.may-come`,
  ])('names its trace: %s', (given) => {
    expect(traceIdOf({ traceparent: given })).toBe(TRACE);
  });

  it.each([
    '',
    TRACE,
    `00-${TRACE}-${PARENT}`,
    `00-${TRACE}-${PARENT}-01-more`,
    `ff-${TRACE}-${PARENT}-01`,
    `00-${'0'.repeat(32)}-${PARENT}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${PARENT}-01`,
    `00-${TRACE}-${PARENT}-1`,
    `00-${TRACE}-${PARENT}-01, 00-${TRACE}-${PARENT}-01`,
    ` 00-${TRACE}-${PARENT}-01`,
  ])('is ignored: %s', (given) => {
    expect(traceIdOf({ traceparent: given })).toBeUndefined();
  });
});

it('a line of the log has those ids that there are', () => {
  const headers = { 'x-request-id': 'mine', traceparent: `00-${TRACE}-${PARENT}-01` };
  expect(idsOf({ id: 'ours', headers })).toEqual({ reqId: 'ours', clientRequestId: 'mine', traceId: TRACE });
  expect(idsOf({ id: 'ours', headers: { 'x-request-id': 'no good' } })).toEqual({ reqId: 'ours' });
});
