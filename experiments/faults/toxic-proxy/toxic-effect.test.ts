import type { RawAnswer } from '../../engine/asking/ask-raw.ts';
import type { Toxic } from './toxic.ts';
import { decideBite, showsToxic, silenceMs } from './toxic-effect.ts';

const before: RawAnswer = { sentBytes: 80, receivedBytes: 400, pieces: 1, lastMs: 5, endMs: 6, end: 'end' };
const nothing: RawAnswer = { ...before, receivedBytes: 0, pieces: 0, lastMs: null };

test.each<[string, Toxic, Partial<RawAnswer>, boolean]>([
  ['late', { type: 'latency', attributes: { latency: 300, jitter: 50 } }, { lastMs: 260 }, true],
  ['hardly late', { type: 'latency', attributes: { latency: 300, jitter: 50 } }, { lastMs: 200 }, false],
  ['not late at all, whatever the jitter', { type: 'latency', attributes: { latency: 10, jitter: 50 } }, { lastMs: 5 }, false],
  ['without an answer', { type: 'latency', attributes: { latency: 300 } }, nothing, false],
  ['thin', { type: 'bandwidth', attributes: { rate: 1 } }, { lastMs: 420 }, true],
  ['not thin', { type: 'bandwidth', attributes: { rate: 1 } }, { lastMs: 30 }, false],
  ['thin upstream', { type: 'bandwidth', stream: 'upstream', attributes: { rate: 1 } }, { lastMs: 90 }, true],
  ['stopped', { type: 'bandwidth', attributes: { rate: 0 } }, { ...nothing, end: 'silent' }, true],
  ['silent', { type: 'timeout', attributes: { timeout: 0 } }, { ...nothing, end: 'silent' }, true],
  ['ended without data', { type: 'timeout', attributes: { timeout: 100 } }, nothing, true],
  ['refused', { type: 'timeout', attributes: { timeout: 100 } }, { ...nothing, end: 'refused' }, false],
  ['reset', { type: 'reset_peer', attributes: {} }, { ...nothing, end: 'reset' }, true],
  ['answered', { type: 'reset_peer', attributes: {} }, {}, false],
  ['answered, then reset', { type: 'reset_peer', attributes: {} }, { end: 'reset' }, false],
  ['ended late', { type: 'slow_close', attributes: { delay: 200 } }, { endMs: 210 }, true],
  ['ended in time', { type: 'slow_close', attributes: { delay: 200 } }, {}, false],
  ['in pieces', { type: 'slicer', attributes: { average_size: 10 } }, { pieces: 12 }, true],
  ['cut short', { type: 'limit_data', attributes: { bytes: 100 } }, { receivedBytes: 100 }, true],
  ['whole', { type: 'limit_data', attributes: { bytes: 1000 } }, {}, false],
  ['cut short upstream', { type: 'limit_data', stream: 'upstream', attributes: { bytes: 10 } }, nothing, true],
])('an answer that is %s: %j shows %j: %s', (_name, toxic, seen, shows) => {
  expect(showsToxic(toxic, before, { ...before, ...seen })).toBe(shows);
});

test('each toxic has to be seen, and the sentence has the numbers', () => {
  const toxics: Toxic[] = [
    { type: 'latency', attributes: { latency: 300 } },
    { type: 'reset_peer', toxicity: 0.5, attributes: { timeout: 0 } },
  ];
  const late = { ...before, lastMs: 310 };
  const reset: RawAnswer = { ...nothing, end: 'reset' };
  expect(decideBite(toxics, before, [late, reset, late])).toEqual({
    bit: true,
    message:
      '2 of 3 connections show latency (latency 300); 1 of 3 connections show reset_peer (timeout 0) on 50 % of the connections: answered after 310 ms, 1 reset, before answered after 5 ms',
  });
  expect(decideBite(toxics, before, [late, late]).bit).toBe(false);
  expect(decideBite(toxics, before, []).bit).toBe(false);
  expect(decideBite([], before, [late]).bit).toBe(false);
});

test('a request may be as late as its toxics make it', () => {
  expect(silenceMs([{ type: 'latency', attributes: { latency: 3000, jitter: 500 } }])).toBe(5500);
  expect(silenceMs([{ type: 'slow_close', attributes: { delay: 100 } }])).toBe(2100);
});
