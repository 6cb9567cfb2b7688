import { compareDeliveries } from './compare-deliveries.ts';

const started = (orderId: string) => ({ orderId, status: 'started' });

test('an order with one delivery is well', () => {
  expect(compareDeliveries(['a', 'b'], [started('b'), started('a'), started('somebody else')])).toEqual({ lost: [], doubled: [] });
});

test('lost and doubled orders are named, also where the counts agree', () => {
  expect(compareDeliveries(['a', 'b', 'c'], [started('a'), started('a'), started('b')])).toEqual({
    lost: ['c'],
    doubled: [{ id: 'a', deliveries: 2 }],
  });
});

test('a cancelled delivery is none', () => {
  expect(compareDeliveries(['a'], [{ orderId: 'a', status: 'cancelled' }])).toEqual({ lost: ['a'], doubled: [] });
});
