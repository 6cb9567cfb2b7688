import { oneAtATime } from './one-at-a-time.ts';

test('what comes is begun when the one before has ended, also where that failed', async () => {
  const inTurn = oneAtATime();
  const said: string[] = [];
  let finish: () => void = () => undefined;
  const first = inTurn(async () => {
    said.push('first');
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    throw new Error('broken');
  });
  const second = inTurn(async () => said.push('second'));
  await Promise.resolve();
  expect(said).toEqual(['first']);
  finish();
  await expect(first).rejects.toThrow('broken');
  expect(await second).toBe(2);
  expect(said).toEqual(['first', 'second']);
});
