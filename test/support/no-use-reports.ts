/** Loaded before a process of a service: it keeps what its clients use to itself. */
const send = process.send?.bind(process);
if (send !== undefined) {
  process.send = ((message: { readonly report?: unknown }, ...more: never[]) =>
    message.report === 'uses' || send(message, ...more)) as NonNullable<typeof process.send>;
}
