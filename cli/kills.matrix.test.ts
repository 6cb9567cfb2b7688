import { setTimeout as pause } from 'node:timers/promises';
import { LabHome, workingSign } from './testing/killed-cli.ts';
import type { Program } from './testing/program.ts';

/** Twenty moments of a run at random; SHOPLAB_KILLS_SEED repeats them, as far as a machine repeats anything. */
const seed = Number(process.env.SHOPLAB_KILLS_SEED ?? Math.floor(Math.random() * 2 ** 31));
const random = randomOf(seed);
const signals = ['SIGINT', 'SIGTERM', 'SIGKILL'] as const;
const lastMs = 45_000;
const moments = Array.from({ length: 20 }, (_, index) => ({
  signal: signals[index % signals.length] ?? 'SIGKILL',
  atMs: Math.round(random() * lastMs),
  /** Whether a lab is up that the run uses. */
  inLab: index % 4 === 3,
}));

const home = new LabHome();
const lab = 'lab';
const slowestMs = new Map<string, number>();
async function killed(run: Program, signal: NodeJS.Signals, inLab: boolean): Promise<number> {
  const tookMs = await home.killed(run, signal, before);
  await run.closed;
  const kind = `${signal}${inLab ? ' in a lab that is up' : ''}`;
  slowestMs.set(kind, Math.max(tookMs, slowestMs.get(kind) ?? 0));
  return tookMs;
}

let before: string[];
beforeAll(async () => {
  console.log(`SHOPLAB_KILLS_SEED=${seed}`);
  const up = home.start('up', '--name', lab, '-k', home.emptyShop());
  await up.closed;
  expect(`${up.code} ${up.code === 0 ? '' : up.said}`).toBe('0 ');
  home.watchNamespaces(lab);
  before = await home.look();
  expect(before).toEqual(expect.arrayContaining([`lab ${lab}`, 'namespace shop']));
});
afterAll(async () => {
  await home.start('down', '--all').closed;
  expect(await home.look()).toEqual([]);
  home.remove();
  console.log([...slowestMs].map(([signal, ms]) => `${signal}: nothing left after ${Math.round(ms)} ms at most`).join('\n'));
});

test.each(moments)(
  'nothing is left 5 s after $signal at $atMs ms (in a lab that is up: $inLab), and the next run works',
  async (moment) => {
    const { signal, atMs, inLab } = moment;
    const words = inLab ? ['--name', lab] : [];
    const run = home.run(...words);
    await pause(atMs);
    expect(run.code).toBeNull();
    const tookMs = await killed(run, signal, inLab);
    // A signal that comes before the program listens ends it as any.
    expect([signal, 'code 130']).toContain(run.child.signalCode ?? `code ${run.code}`);
    console.log(
      `${signal} at ${atMs} ms${inLab ? ' in a lab' : ''}: nothing left after ${Math.round(tookMs)} ms; last said: ${lastLine(run.said)}`,
    );

    const next = home.run(...words);
    await next.saying(workingSign);
    await killed(next, 'SIGKILL', inLab);
  },
);

test('after all of them a run goes through', async () => {
  const run = home.run('--seed', '1');
  await run.closed;
  expect(`${run.code} ${run.code === 0 ? '' : run.said}`).toBe('0 ');
  expect(await home.look()).toEqual(before);
});

const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1) ?? '';

/** Numbers from 0 to below 1 that a seed repeats (mulberry32). */
function randomOf(from: number): () => number {
  let state = from >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
