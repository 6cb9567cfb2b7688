import type { Evidence, Lab, Probe } from '../engine/experiment.ts';
import { holdsAtEnd } from './holds-at-end.ts';

const labOf = (signal = new AbortController().signal) => ({ signal }) as Lab;
const probe = (ask: Probe['ask']): Probe => ({ id: 'delivery-answers', title: 'GET delivery/ answers 200', ask });
const evaluate = (ask: Probe['ask'], lab = labOf()) => holdsAtEnd(probe(ask), 'false').evaluate(lab, {} as Evidence);

test('a probe that holds, and one that does not', async () => {
  expect(await evaluate(async () => ({ holds: true, observed: 'answered 200' }))).toMatchObject([
    { result: 'true', message: 'answered 200' },
  ]);
  expect(await evaluate(async () => ({ holds: false, observed: 'answered 503' }))).toMatchObject([
    { result: 'false', message: 'answered 503' },
  ]);
});

test('who refuses does not hold; it is no error of the lab', async () => {
  const refused = Promise.reject(new Error('GET delivery/: connect ECONNREFUSED'));
  expect(await evaluate(() => refused)).toMatchObject([{ result: 'false', message: 'GET delivery/: connect ECONNREFUSED' }]);
});

test('what could not be asked as the run was ended is not answered', async () => {
  const ended = AbortSignal.abort(new Error('interrupted'));
  await expect(evaluate(() => Promise.reject(new Error('aborted')), labOf(ended))).rejects.toThrow('interrupted');
});
