const ms = (text) => Number.parseFloat(text) * (text.endsWith('ms') ? 1 : 1000);

function request(method, url, body, { headers = {}, timeout = '60s', tags = {} } = {}) {
  return globalThis.__k6.send({ method, url, body, headers, timeoutMs: ms(timeout), tags });
}

export default {
  request,
  get: (url, params) => request('GET', url, null, params),
  post: (url, body, params) => request('POST', url, body, params),
  expectedStatuses: (...statuses) =>
    statuses.flatMap((one) => (typeof one === 'number' ? [one] : Array.from({ length: one.max - one.min + 1 }, (_, n) => one.min + n))),
  setResponseCallback: (statuses) => globalThis.__k6.expect?.(statuses),
};
