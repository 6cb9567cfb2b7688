import { Agent, request } from 'node:http';
import { MessageChannel, Worker } from 'node:worker_threads';

const codes = {
  ECONNREFUSED: { error: 'dial: connection refused', error_code: '1212' },
  ECONNRESET: { error: 'read: connection reset by peer', error_code: '1220' },
  timeout: { error: 'request timeout', error_code: '1050' },
};

/** A VU: a thread, as its script waits for answers, whose requests this one sends on a connection of the VU's own. */
export class Vu {
  constructor({ number, script, env, scenario, point, noConnectionReuse }) {
    Object.assign(this, { number, scenario, point });
    this.agent = new Agent({ keepAlive: !noConnectionReuse, maxSockets: 1 });
    const { port1, port2 } = new MessageChannel();
    this.replies = port1;
    const flag = new Int32Array(new SharedArrayBuffer(4));
    this.flag = flag;
    this.worker = new Worker(new URL('vu.mjs', import.meta.url), {
      workerData: { number, script, env, scenario, flag, replies: port2 },
      transferList: [port2],
    });
    this.ready = new Promise((resolve) => {
      this.onReady = resolve;
    });
    this.worker.on('message', (message) => this.take(message));
    this.worker.on('error', (error) => console.error(`level=error msg="${error.message}"`));
  }

  iterate(iterationInTest) {
    return new Promise((resolve) => {
      this.onDone = resolve;
      this.worker.postMessage({ iterationInTest });
    });
  }

  end() {
    void this.worker.terminate();
    this.agent.destroy();
  }

  take(message) {
    if (message.type === 'ready') this.onReady();
    else if (message.type === 'done') this.onDone();
    else if (message.type === 'metric') this.point(message.metric, message.value, { ...message.tags, scenario: this.scenario });
    else void this.send(message).then((answer) => this.reply(answer));
  }

  reply(answer) {
    this.replies.postMessage(answer);
    Atomics.store(this.flag, 0, 1);
    Atomics.notify(this.flag, 0);
  }

  async send({ method, url, body, headers, timeoutMs, tags, expected }) {
    const startedMs = performance.now();
    let connectingMs = 0;
    const answer = await new Promise((resolve) => {
      const failed = (error) =>
        resolve({ status: 0, headers: {}, body: null, ...(codes[error.code] ?? { error: error.message, error_code: '1000' }) });
      const asked = request(url, { method, headers, agent: this.agent }, (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('error', failed);
        response.on('end', () => {
          const names = response.rawHeaders.filter((_, n) => n % 2 === 0);
          const canonical = (name) => name.toLowerCase().replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
          const told = Object.fromEntries(names.map((name) => [canonical(name), String(response.headers[name.toLowerCase()])]));
          resolve({ status: response.statusCode, headers: told, body: Buffer.concat(chunks).toString() });
        });
      });
      asked.on('socket', (socket) => {
        if (socket.connecting) socket.once('connect', () => (connectingMs = performance.now() - startedMs));
      });
      asked.on('error', failed);
      const timer = setTimeout(() => asked.destroy(Object.assign(new Error('timeout'), { code: 'timeout' })), timeoutMs);
      asked.on('close', () => clearTimeout(timer));
      asked.end(body ?? undefined);
    });
    this.tell({
      method,
      url,
      tags,
      answer,
      connectingMs,
      tookMs: performance.now() - startedMs,
      isExpected: expected.includes(answer.status),
    });
    return answer;
  }

  /** What k6 tells of each request, in its order. */
  tell({ method, url, tags, answer, connectingMs, tookMs, isExpected }) {
    const { status, error, error_code } = answer;
    const all = {
      ...{
        expected_response: String(isExpected),
        group: '',
        method,
        name: url,
        proto: 'HTTP/1.1',
        scenario: this.scenario,
        status: String(status),
        url,
      },
      ...(error && { error, error_code }),
      ...tags,
    };
    const time = new Date();
    const point = (metric, value) => this.point(metric, value, all, time);
    point('http_reqs', 1);
    point('http_req_duration', error_code === '1212' ? 0 : tookMs - connectingMs);
    point('http_req_blocked', connectingMs);
    point('http_req_connecting', connectingMs);
    point('http_req_tls_handshaking', 0);
    point('http_req_sending', 0);
    point('http_req_waiting', tookMs - connectingMs);
    point('http_req_receiving', 0);
    point('http_req_failed', isExpected ? 0 : 1);
  }
}
