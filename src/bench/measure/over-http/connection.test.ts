import { describe, expect, it } from 'vitest';
import { serveBare } from '../../rivals/bare-server.ts';
import { openHttpConnection, postRequest, readAnswer } from './connection.ts';

const HEAD = 'HTTP/1.1 201 Created\r\nContent-Length: 7\r\nx: y\r\n\r\n';

describe('readAnswer', () => {
  it('waits until an answer is there whole', () => {
    for (const part of ['', 'HTTP/1.1 201', HEAD.slice(0, -2), HEAD, `${HEAD}{"a":1`]) {
      expect(readAnswer(part)).toBeUndefined();
    }
    expect(readAnswer(`${HEAD}{"a":1}`)).toEqual({ status: 201, body: '{"a":1}' });
  });

  it('refuses an answer that does not say how long it is', () => {
    expect(() => readAnswer('HTTP/1.1 200 OK\r\n\r\n')).toThrow('an answer without a length');
  });
});

it('exchanges one request after another on one connection', async () => {
  const connection = await openHttpConnection(await serveBare());
  const request = postRequest('/any', { authorization: 'Bearer x' }, '{"seats":["A-1-1"]}');
  for (let i = 0; i < 3; i += 1) {
    const { status, body } = await connection.exchange(request);
    expect([status, body.length]).toEqual([201, 203]);
  }
  connection.close();
});
