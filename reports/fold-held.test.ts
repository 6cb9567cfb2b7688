import type { Check } from '../experiments/engine/journal.ts';
import { journals } from './fixtures/journals.ts';
import { foldHeld, heldText } from './fold-held.ts';

const check = (more: Partial<Check>): Check => ({ ...(journals.passed().variants[0]?.checks[0] as Check), ...more });
const pair = (...bySide: (Check | undefined)[]) => ({ first: bySide.find((one) => one !== undefined) ?? check({}), bySide });

test('what held before and after is folded; what did not, and every other kind, is told', () => {
  const pairs = [
    pair(check({ kind: 'steady-state' }), check({ kind: 'steady-state' })),
    pair(check({ kind: 'recovered' }), undefined),
    pair(check({ kind: 'recovered' }), check({ kind: 'recovered', verdict: 'fail' })),
    pair(check({ kind: 'fault' }), check({ kind: 'fault' })),
    pair(check({ kind: 'criterion' })),
  ];
  const { told, held } = foldHeld(pairs);
  expect(held).toEqual(pairs.slice(0, 2));
  expect(told).toEqual(pairs.slice(2));
  expect(heldText(held)).toBe('the steady state held: 1 before the load, 1 after the method');
  expect(heldText([])).toBeUndefined();
});
