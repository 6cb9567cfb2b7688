import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deliveryBody } from '../common/fields.ts';

/** Unit tests of the version that is being built, for its pipeline: plain Node, so that they run from what is shipped (`node --test`). */
test('a delivery is of an order', () => {
  assert.equal(deliveryBody.safeParse({ productId: 1, quantity: 1 }).success, false);
  const orderId = '5f0c1d6e-3b1a-4c2d-8e9f-0a1b2c3d4e5f';
  assert.equal(deliveryBody.parse({ productId: '1', quantity: 1, orderId }).orderId, orderId);
});
