import { allCells } from './all-cells.ts';
import { onKind, placeOf } from './kind-plays.ts';

test('every experiment of the catalog is played on genuine Kubernetes, and each mechanism of the course is removed there', () => {
  const experiments = allCells.map(({ experiment }) => experiment);
  expect(Object.keys(placeOf).sort()).toEqual([...experiments].sort());
  const played = (kind: string) => onKind.filter(({ cell }) => cell.kind === kind).map(({ experiment }) => experiment);
  expect(new Set(played('in place'))).toEqual(new Set(experiments));
  expect(played('sabotaged')).toEqual(['circuit-breaker', 'hpa', 'liveness', 'readiness']);
});
