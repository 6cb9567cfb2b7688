import { LabHome, workingSign } from './testing/killed-cli.ts';

const home = new LabHome();
const lab = 'lab';
let before: string[] = [];
afterAll(async () => {
  await home.start('down', '--all').closed;
  home.remove();
});

test('nothing is left 5 s after SIGTERM while the shop comes up', async () => {
  const run = home.run();
  await run.saying('control: wait until ready …');
  await home.killed(run, 'SIGTERM');
  await run.closed;
  expect(run.code).toBe(130);
});

test('nothing is left 5 s after SIGKILL while a fault is in', async () => {
  const run = home.run();
  await run.saying(workingSign);
  await home.killed(run, 'SIGKILL');
});

describe('in a lab that is up', () => {
  beforeAll(async () => {
    const up = home.start('up', '--name', lab, '-k', home.emptyShop());
    await up.closed;
    expect(`${up.code} ${up.code === 0 ? '' : up.said}`).toBe('0 ');
    home.watchNamespaces(lab);
    before = await home.look();
    expect(before).toEqual(expect.arrayContaining([`lab ${lab}`, 'namespace shop']));
  });

  test('only the lab is left 5 s after SIGKILL while a fault is in', async () => {
    const run = home.run('--name', lab);
    await run.saying(workingSign);
    await home.killed(run, 'SIGKILL', before);
  });

  test('the next run works, and only the lab is left 5 s after SIGINT in its treatment', async () => {
    const run = home.run('--name', lab, '--rate', '10', '--duration', '2s');
    await run.saying('treatment: wait until ready …');
    expect(run.said).toContain(workingSign);
    await home.killed(run, 'SIGINT', before);
    await run.closed;
    expect(run.code).toBe(130);
  });
});
