/** An `AbortSignal` in the parts that are used: with Node's own type, users of the library would need `@types/node`. */
export interface Signal {
  readonly aborted: boolean;
  addEventListener(event: 'abort', listener: () => void): void;
  removeEventListener(event: 'abort', listener: () => void): void;
}
