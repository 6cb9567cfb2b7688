import { decidePercentileChange, decideRateChange } from './decide-change.ts';

test.each([
  ['the same rate', [440, 441], [440, 441], 'up', 'within chance'],
  ['one more failure of few', [441, 441], [440, 441], 'up', 'within chance'],
  ['many more failures', [441, 441], [420, 441], 'up', 'worse'],
  ['many fewer failures', [420, 441], [441, 441], 'up', 'better'],
  ['more of what is to be little', [0, 441], [21, 441], 'down', 'worse'],
  ['a control that fails otherwise', [0, 440], [40, 440], 'none', 'changed'],
  ['nothing counted', [0, 0], [40, 440], 'up', 'unknown'],
  ['two failures of ten, then none of ten', [8, 10], [10, 10], 'up', 'within chance'],
] as const)('%s: %j, then %j', (_, [s1, n1], [s2, n2], direction, change) => {
  const decision = decideRateChange({ successes: s1, total: n1 }, { successes: s2, total: n2 }, direction);
  expect(decision.change).toBe(change);
  if (change === 'worse' && direction === 'up')
    expect(decision.message).toMatch(/^difference -4.76 points, 95 % interval -7.17 to -.* \(Newcombe\)$/);
});

test.each([
  ['intervals that overlap', [10, 14], [13, 20], 'down', 'within chance'],
  ['intervals that touch', [10, 14], [14, 20], 'down', 'within chance'],
  ['slower', [10, 14], [15, 20], 'down', 'worse'],
  ['faster', [15, 20], [10, 14], 'down', 'better'],
  ['more where more is good', [10, 14], [15, 20], 'up', 'better'],
  ['other, in a control', [10, 14], [15, 20], 'none', 'changed'],
  ['a bound that the sample does not give', [10, null], [15, 20], 'down', 'within chance'],
  ['a lower bound above what is known', [10, 14], [15, null], 'down', 'worse'],
  ['a lower bound that is not known', [null, 14], [15, 20], 'down', 'worse'],
] as const)('%s: %j, then %j', (_, [l1, h1], [l2, h2], direction, change) => {
  expect(decidePercentileChange({ low: l1, high: h1 }, { low: l2, high: h2 }, direction).change).toBe(change);
});
