import { render } from 'preact';
import { App } from './app.tsx';
import { startSession } from './api/sign-in.ts';
import { startKeeping } from './offline/state.ts';
import { startOutbox } from './outbox/state.ts';

startSession();
startOutbox();
startKeeping();
// In a task of its own: on a slow phone, compiling the modules and drawing the page would together hold it up for too long.
setTimeout(() => {
  const root = document.querySelector('#app')!;
  root.replaceChildren();
  render(<App />, root);
});
