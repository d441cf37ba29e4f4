/** A `Buffer` in the parts that are used: with Node's own type, every user of the library would need `@types/node`. */
export type Bytes = Uint8Array & {
  equals(other: Uint8Array): boolean;
  toString(encoding: 'hex'): string;
};
