import { render } from 'preact';

render(<p>Rowlock</p>, document.querySelector('#app')!);
