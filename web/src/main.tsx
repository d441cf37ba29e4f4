import { render } from 'preact';
import { App } from './app.tsx';
import { startOutbox } from './outbox/state.ts';

startOutbox();
render(<App />, document.querySelector('#app')!);
