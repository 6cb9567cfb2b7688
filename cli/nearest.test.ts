import { nearest, suggestion } from './nearest.ts';

const known = ['async-decoupling', 'circuit-breaker', 'hpa', 'liveness', 'readiness', 'deploy'];

test.each([
  ['async-decopling', 'async-decoupling'],
  ['async', 'async-decoupling'],
  ['livness', 'liveness'],
  ['Readiness', 'readiness'],
  ['hap', 'hpa'],
  ['postgres', undefined],
  ['x', undefined],
])('%s: %s', (typed, meant) => {
  expect(nearest(typed, known)).toBe(meant);
});

test('says all there are where none is near', () => {
  expect(suggestion('zzzzzz', known)).toContain('Choose one of: async-decoupling, circuit-breaker');
  expect(suggestion('depoly', known)).toBe('Did you mean deploy?');
});
