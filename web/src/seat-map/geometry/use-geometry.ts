import { useEffect, useState } from 'preact/hooks';
import type { Grades, SeatMapDocument } from '../map-document.ts';
import type { Geometry } from './geometry.ts';
import { measure } from './measuring.ts';

interface Measured {
  readonly grades: string;
  readonly geometry: Geometry;
}

/** Of each map the last one: a reader who goes to the list and back need not wait again. */
const known = new WeakMap<SeatMapDocument, Measured>();

/** The map's geometry; undefined until it is measured, and the previous map's while a changed one is. */
export function useGeometry(map: SeatMapDocument, grades: Grades): Geometry | undefined {
  // A page may make a new list of the same grades each time it draws.
  const gradeKey = grades.map(({ grade }) => grade).join(' ');
  const [geometry, setGeometry] = useState(known.get(map)?.geometry);
  useEffect(() => {
    const measured = known.get(map);
    if (measured?.grades === gradeKey) {
      setGeometry(measured.geometry);
      return undefined;
    }
    let isWanted = true;
    void measure(map, grades).then((made) => {
      known.set(map, { grades: gradeKey, geometry: made });
      if (isWanted) setGeometry(made);
    });
    return () => {
      isWanted = false;
    };
  }, [map, gradeKey]);
  return geometry;
}
