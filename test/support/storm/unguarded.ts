/** Loaded into a service as a control: its connections lack the `error` listener that `src/lib/pg-client.ts` gives them. */
import pg from 'pg';
import { Client } from '../../../src/lib/pg-client.ts';

type On = (this: Client, event: string, listener: (...args: never[]) => void) => Client;

const guarded = new WeakSet<Client>();
const on = pg.Client.prototype.on as unknown as On;
const withoutFirst: On = function (event, listener) {
  if (event !== 'error' || guarded.has(this)) return on.call(this, event, listener);
  guarded.add(this);
  return this;
};
Client.prototype.on = withoutFirst as unknown as typeof Client.prototype.on;
