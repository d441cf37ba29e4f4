/** A page with nothing but the seat map, for `seat-map-draw.ts` to drive. */
import { signal } from '@preact/signals';
import { h, render } from 'preact';
import { changeStates } from '../../../web/src/live/seat-states.ts';
import { Legend } from '../../../web/src/seat-map/legend.tsx';
import { seatMapOf } from '../../../web/src/seat-map/map-document.ts';
import { SeatList } from '../../../web/src/seat-map/seat-list.tsx';
import { SeatMap } from '../../../web/src/seat-map/seat-map.tsx';
import '../../../web/src/theme/theme.css';
import './page.css';

const states = signal(undefined);

/** Shows a map; `view` is `map` or `list`. */
globalThis.show = async ({ venue, view = 'map', mine = [], selected = [], focus }) => {
  const { map: rows, grades, codes } = await (await fetch(`/${venue}.json`)).json();
  const map = seatMapOf(rows);
  states.value = {
    codes: Uint8Array.from(codes),
    version: (states.value?.version ?? 0) + 1,
    changed: undefined,
  };
  const chosen = new Set(selected);
  const draw = () => {
    const props = { map, grades, states, mine: new Set(mine), selected: new Set(chosen), focus };
    const onToggle = ({ number }) => {
      if (!chosen.delete(number)) chosen.add(number);
      globalThis.chosen = [...chosen];
      draw();
    };
    const picture = h(view === 'list' ? SeatList : SeatMap, { ...props, onToggle });
    const page = [h(Legend, { map, grades, states }), h('div', { class: `draw-${view}` }, picture)];
    render(page, document.querySelector('#app'));
  };
  draw();
};

/** Changes this many seats as an event would; answers how long the page took to take them in, in ms. */
globalThis.change = (count) => {
  const { codes } = states.value;
  const changes = { free: [], held: [], sold: [] };
  const names = ['free', 'held', 'sold'];
  for (let i = 0; i < count; i++) {
    const number = 1 + Math.floor(Math.random() * codes.length);
    changes[names[codes[number - 1] % 3]].push(number);
  }
  const began = performance.now();
  states.value = changeStates(states.value, changes);
  return performance.now() - began;
};
