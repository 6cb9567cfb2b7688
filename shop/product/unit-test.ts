import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commonSettings } from '../common/settings.ts';
import { readProductId } from './product-id.ts';

/** Unit tests of the version that is being built, for its pipeline: plain Node, so that they run from what is shipped (`node --test`). */
const defect = commonSettings.shape.DEFECT.parse(process.env.DEFECT || undefined);

test('the id in a path is the id of the product', () => {
  assert.equal(readProductId('7', defect), 7);
  assert.equal(readProductId('007', defect), 7);
});

test('what can be no id is none', () => {
  for (const text of ['', 'x', '-1', '1.5', '1234567890', '1 ']) assert.equal(readProductId(text, defect), undefined);
});
