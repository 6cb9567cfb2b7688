import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';

const { number, script, env, scenario, flag, replies } = workerData;
let iterations = 0;
let iterationInTest = 0;
let expected = Array.from({ length: 200 }, (_, n) => 200 + n);

globalThis.__ENV = env;
globalThis.__VU = number;
/** What the modules of k6 stand on. */
globalThis.__k6 = {
  vu: {
    idInTest: number,
    get iterationInInstance() {
      return iterations;
    },
  },
  scenario: {
    name: scenario,
    get iterationInTest() {
      return iterationInTest;
    },
  },
  expect(statuses) {
    expected = statuses;
  },
  metric: (metric, value, tags) => parentPort.postMessage({ type: 'metric', metric, value, tags }),
  /** Waits for the answer, as k6's scripts do. */
  send(asked) {
    Atomics.store(flag, 0, 0);
    parentPort.postMessage({ type: 'request', expected, ...asked });
    Atomics.wait(flag, 0, 0);
    return receiveMessageOnPort(replies).message;
  },
  sleep: (seconds) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, seconds * 1000),
};
const { default: iterate } = await import(script);
parentPort.on('message', (message) => {
  ({ iterationInTest } = message);
  iterate();
  iterations += 1;
  parentPort.postMessage({ type: 'done' });
});
parentPort.postMessage({ type: 'ready' });
