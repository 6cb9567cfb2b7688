import { allCells } from './all-cells.ts';
import { onKind } from './kind-plays.ts';

test('every experiment of the catalog can be played on genuine Kubernetes, and each mechanism of the course is removed there', () => {
  const played = (kind: string) => onKind.filter(({ cell }) => cell.kind === kind).map(({ experiment }) => experiment);
  expect(played('in place')).toEqual(allCells.map(({ experiment }) => experiment));
  expect(played('sabotaged')).toEqual(['circuit-breaker', 'hpa', 'liveness', 'readiness']);
});
