import { render } from 'preact';
import { App } from './app.tsx';
import { startCourier } from './outbox/state.ts';

startCourier();
render(<App />, document.querySelector('#app')!);
