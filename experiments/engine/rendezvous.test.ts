import { Rendezvous } from './rendezvous.ts';

/** Whether each has come through, after all that can settle has. */
async function through(...all: Promise<void>[]): Promise<boolean[]> {
  const done = all.map(() => false);
  for (const [index, one] of all.entries()) void one.then(() => (done[index] = true));
  await new Promise(setImmediate);
  return done;
}
const never = new AbortController().signal;

test('nobody goes on before all have come, and then again', async () => {
  const rendezvous = new Rendezvous(2);
  const first = rendezvous.meet(never);
  expect(await through(first)).toEqual([false]);
  const second = rendezvous.meet(never);
  expect(await through(first, second)).toEqual([true, true]);
  const again = rendezvous.meet(never);
  expect(await through(again)).toEqual([false]);
  expect(await through(again, rendezvous.meet(never))).toEqual([true, true]);
});

test('who has left is not waited for', async () => {
  const rendezvous = new Rendezvous(3);
  const [one, two] = [rendezvous.meet(never), rendezvous.meet(never)];
  expect(await through(one, two)).toEqual([false, false]);
  rendezvous.leave();
  expect(await through(one, two)).toEqual([true, true]);
  rendezvous.leave();
  expect(await through(rendezvous.meet(never))).toEqual([true]);
});

test('an abort ends the waiting, and who waited does not count', async () => {
  const rendezvous = new Rendezvous(2);
  const abort = new AbortController();
  const aborted = rendezvous.meet(abort.signal);
  abort.abort();
  expect(await through(aborted, rendezvous.meet(abort.signal))).toEqual([true, true]);
  const other = rendezvous.meet(never);
  expect(await through(other)).toEqual([false]);
});
