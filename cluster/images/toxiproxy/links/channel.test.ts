import { Channel } from './channel.ts';

const taken = <T>(channel: Channel<T>): T | null | 'nothing' => {
  let seen: T | null | 'nothing' = 'nothing';
  channel.take((value) => {
    seen = value;
  })();
  return seen;
};

test('what is sent waits until it is taken, in order', async () => {
  const channel = new Channel<object>();
  const [a, b] = [{}, {}];
  const done: string[] = [];
  const sending = [channel.send(a).then(() => done.push('a')), channel.send(b).then(() => done.push('b'))];
  await Promise.resolve();
  expect(done).toEqual([]);
  expect([taken(channel), taken(channel), taken(channel)]).toEqual([a, b, 'nothing']);
  await Promise.all(sending);
  expect(done).toEqual(['a', 'b']);
});

test('a buffer takes what nobody waits for, and keeps the order when it is full', async () => {
  const channel = new Channel<{ n: number }>(2);
  await channel.send({ n: 1 });
  await channel.send({ n: 2 });
  let third = false;
  const sending = channel.send({ n: 3 }).then(() => {
    third = true;
  });
  await Promise.resolve();
  expect(third).toBe(false);
  expect([1, 2, 3].map(() => (taken(channel) as { n: number }).n)).toEqual([1, 2, 3]);
  await sending;
  expect(third).toBe(true);
});

test('who waits gets the next, who gave up does not lose it', async () => {
  const channel = new Channel<string>();
  const seen: (string | null)[] = [];
  const giveUp = channel.take((value) => seen.push(value));
  giveUp();
  channel.take((value) => seen.push(value));
  await channel.send('x');
  expect(seen).toEqual(['x']);
});

test('closed it gives what is left, then null for ever', async () => {
  const channel = new Channel<string>(1);
  await channel.send('last');
  channel.close();
  await channel.send('lost');
  expect([taken(channel), taken(channel), taken(channel)]).toEqual(['last', null, null]);
  const open = new Channel<string>();
  const seen: (string | null)[] = [];
  open.take((value) => seen.push(value));
  open.close();
  expect(seen).toEqual([null]);
});
