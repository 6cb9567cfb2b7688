import assert from 'node:assert/strict';
import { test } from 'node:test';
import { orderBody } from '../common/fields.ts';

/** Unit tests of the version that is being built, for its pipeline: plain Node, so that they run from what is shipped (`node --test`). */
test('numbers of an order may come as texts', () => {
  assert.deepEqual(orderBody.parse({ productId: '1', quantity: '3' }), { productId: 1, quantity: 3 });
});

test('an order of nothing is none', () => {
  for (const quantity of [0, -1, 1.5, 'x', undefined]) assert.equal(orderBody.safeParse({ productId: 1, quantity }).success, false);
});
