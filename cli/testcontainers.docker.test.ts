import { execa } from 'execa';
import { networkToxic, scaleToZero, startShop } from './testcontainers.ts';

/** As a test in somebody's own repository uses it; docs/docker.md shows the first. */
test('orders are accepted while delivery is away, and delivered when it is back', async () => {
  await using shop = await startShop();
  const order = await shop.url('order');
  const place = () =>
    fetch(`${order}/orders`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"productId":1,"quantity":1}' });

  const outage = await shop.inject(scaleToZero({ id: 'outage', deployment: 'delivery', port: 8082 }));
  expect(outage.proof).toMatchObject({ bit: true });
  const placed = await place();
  expect(placed.status).toBe(201);
  const { id } = (await placed.json()) as { id: string };
  await outage.undo();

  const status = async () => ((await (await fetch(`${order}/orders/${id}`)).json()) as { delivery: { status: string } }).delivery.status;
  const deadline = Date.now() + 60_000;
  while ((await status()) !== 'started' && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 200));
  expect(await status()).toBe('started');
}, 180_000);

test('a slow network is undone with the shop, of which nothing is left', async () => {
  const shop = await startShop();
  const toxics = [{ type: 'latency' as const, attributes: { latency: 400 } }];
  const { proof } = await shop.inject(networkToxic({ id: 'slow', service: 'product', port: 8083, toxics }));
  expect(proof).toMatchObject({ bit: true });
  const begun = performance.now();
  expect((await fetch(`${await shop.url('product')}/products/1`, { headers: { connection: 'close' } })).status).toBe(200);
  expect(performance.now() - begun).toBeGreaterThan(390);
  await shop.stop();
  expect((await execa('docker', ['ps', '--all', '--quiet', '--filter', 'label=shoplab.dev/lab'])).stdout).toBe('');
}, 180_000);

test('manifests that are none are told before anything starts', async () => {
  await expect(startShop({ manifests: '/nowhere' })).rejects.toThrow('/nowhere');
});
