import { render } from 'preact';
import { App } from './app.tsx';
import { startCourier } from './purchase/purchases.ts';

startCourier();
render(<App />, document.querySelector('#app')!);
