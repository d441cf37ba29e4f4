/** Loaded into a service as a control: its connections lack the `error` listener that `src/lib/pg-client.ts` gives them. */
import { Client } from '../../../src/lib/pg-client.ts';

const guarded = new WeakSet<Client>();

Object.defineProperty(Client.prototype, 'on', {
  /** Leaves the first listener for errors out: that of the constructor. */
  value(this: Client, event: string, listener: () => void): Client {
    if (event !== 'error' || guarded.has(this)) return this.addListener(event, listener);
    guarded.add(this);
    return this;
  },
});
