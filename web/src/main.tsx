import { render } from 'preact';
import { App } from './app.tsx';
import { startKeeping } from './offline/state.ts';
import { startOutbox } from './outbox/state.ts';

startOutbox();
startKeeping();
const root = document.querySelector('#app')!;
root.replaceChildren();
render(<App />, root);
