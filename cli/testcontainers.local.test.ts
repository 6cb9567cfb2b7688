import { podDelete, startShop } from './testcontainers.ts';

test('the same without Docker: a Pod that is deleted is replaced, and product answers again', async () => {
  await using shop = await startShop({ platform: 'local' });
  const { proof, undo } = await shop.inject(podDelete({ id: 'gone', service: 'product' }));
  expect(proof).toMatchObject({ bit: true, message: expect.stringContaining('took its place') });
  await undo();
  await undo();
  const product = await shop.url('product');
  const deadline = Date.now() + 60_000;
  const answers = () =>
    fetch(`${product}/products/1`).then(
      ({ status }) => status,
      () => 0,
    ); // refused: not Ready yet
  while ((await answers()) !== 200 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await answers()).toBe(200);
  await expect(shop.url('nothing')).rejects.toThrow('"nothing" not found');
}, 180_000);
