/** One request and its answer: text for errors, else JSON. PORT and UPSTREAM stand for those of the proxy `echo`, which is there. */
export interface Exchange {
  /** What was asked before. */
  before?: [method: string, path: string, body: unknown][];
  method: string;
  path: string;
  /** Text goes as it is. */
  body?: unknown;
  status: number;
  answer: unknown;
}

const error = (message: string, status: number): Pick<Exchange, 'status' | 'answer'> => ({
  status,
  answer: `${JSON.stringify({ error: message, status })}\n`,
});
const bad = (why: string) => error(`bad request body: ${why}`, 400);
const echo = { name: 'echo', listen: '127.0.0.1:PORT', upstream: '127.0.0.1:UPSTREAM', enabled: true, Logger: {}, toxics: [] as object[] };
const slow = { attributes: { latency: 100, jitter: 0 }, name: 'latency_downstream', type: 'latency', stream: 'downstream', toxicity: 1 };
const thin = { attributes: { rate: 5 }, name: 'x', type: 'bandwidth', stream: 'UpStream', toxicity: 0.1 };
const proxies = (body: unknown) => ({ method: 'POST', path: '/proxies', body });
const toxics = (body: unknown) => ({ method: 'POST', path: '/proxies/echo/toxics', body });
const addSlow: [string, string, unknown] = ['POST', '/proxies/echo/toxics', { type: 'latency', attributes: { latency: 100 } }];
const addThin: [string, string, unknown] = [
  'POST',
  '/proxies/echo/toxics',
  { type: 'bandwidth', name: 'x', toxicity: 0.1, stream: 'UpStream', attributes: { rate: 5 } },
];

/** Written down from Toxiproxy 2.12.0. */
export const apiExchanges: Exchange[] = [
  { method: 'GET', path: '/nothing', status: 404, answer: '404 page not found\n' },
  { method: 'GET', path: '/proxies/', status: 404, answer: '404 page not found\n' },
  { method: 'PUT', path: '/proxies', status: 405, answer: '' },
  { method: 'GET', path: '//proxies', status: 301, answer: '' },
  { method: 'GET', path: '/proxies', status: 200, answer: { echo } },
  { method: 'GET', path: '/proxies/echo', status: 200, answer: echo },
  { method: 'GET', path: '/proxies/other', ...error('proxy not found', 404) },
  { ...proxies({ name: 'echo', upstream: 'x:1' }), ...error('proxy already exists', 409) },
  { ...proxies({ name: 'b' }), ...error('missing required field: upstream', 400) },
  { ...proxies({ upstream: 'b' }), ...error('missing required field: name', 400) },
  {
    ...proxies('{"NAME":"b","upstream":"x:1","listen":":0","enabled":false,"more":[1]} and more'),
    status: 201,
    answer: { name: 'b', listen: ':0', upstream: 'x:1', enabled: false, Logger: {}, toxics: [] },
  },
  { ...proxies(''), ...bad('EOF') },
  { ...proxies('nope'), ...bad("invalid character 'o' in literal null (expecting 'u')") },
  { ...proxies('{"name":"b"'), ...bad('unexpected EOF') },
  { ...proxies('{"name" "b"}'), ...bad("invalid character '\"' after object key") },
  { ...proxies('{name: 1}'), ...bad("invalid character 'n' looking for beginning of object key string") },
  { ...proxies('{"name": 01}'), ...bad("invalid character '1' after object key:value pair") },
  { ...proxies('{"name": "\\x"}'), ...bad("invalid character 'x' in string escape code") },
  { ...proxies('[1 2]'), ...bad("invalid character '2' after array element") },
  { ...proxies('[]'), ...bad('json: cannot unmarshal array into Go value of type toxiproxy.Proxy') },
  { ...proxies({ name: 1 }), ...bad('json: cannot unmarshal number into Go struct field Proxy.name of type string') },
  { ...proxies({ enabled: 'x' }), ...bad('json: cannot unmarshal string into Go struct field Proxy.enabled of type bool') },
  { ...proxies({ name: 'b', upstream: 'x', listen: '127.0.0.1:PORT' }), ...error('listen tcp: lookup tcp/PORT: unknown port', 500) },
  { ...proxies({ name: 'b', upstream: 'x', listen: '1:2:3' }), ...error('listen tcp: address 1:2:3: too many colons in address', 500) },
  { method: 'PATCH', path: '/proxies/echo', body: { listen: 'foo' }, ...error('address foo: missing port in address', 500) },
  { method: 'PATCH', path: '/proxies/echo', body: { enabled: false }, status: 200, answer: { ...echo, enabled: false } },
  { method: 'POST', path: '/proxies/echo', body: {}, status: 200, answer: echo },
  { method: 'DELETE', path: '/proxies/echo', status: 204, answer: '' },
  { method: 'DELETE', path: '/proxies/other', ...error('proxy not found', 404) },
  { ...toxics({ type: 'latency', attributes: { latency: 100 } }), status: 200, answer: slow },
  { before: [addSlow], ...toxics({ type: 'latency' }), ...error('toxic already exists', 409) },
  { ...toxics({ type: 'none-such' }), ...error('invalid toxic type', 400) },
  { ...toxics({ type: 'latency', stream: 'side' }), ...error('stream was invalid, can be either upstream or downstream', 400) },
  {
    ...toxics({ type: 'bandwidth', attributes: { rate: 'a' } }),
    ...bad('json: cannot unmarshal string into Go struct field BandwidthToxic.attributes.rate of type int64'),
  },
  {
    ...toxics({ type: 'bandwidth', attributes: 3 }),
    ...bad('json: cannot unmarshal number into Go struct field ToxicWrapper.attributes of type toxics.NoopToxic'),
  },
  {
    ...toxics({ type: 'slicer', toxicity: 0.333333333, attributes: null }),
    status: 200,
    answer: {
      attributes: { average_size: 0, size_variation: 0, delay: 0 },
      name: 'slicer_downstream',
      type: 'slicer',
      stream: 'downstream',
      toxicity: 0.33333334,
    },
  },
  { before: [addSlow, addThin], method: 'GET', path: '/proxies/echo', status: 200, answer: { ...echo, toxics: [thin, slow] } },
  { before: [addSlow, addThin], method: 'GET', path: '/proxies/echo/toxics', status: 200, answer: [thin, slow] },
  { before: [addThin], method: 'GET', path: '/proxies/echo/toxics/x', status: 200, answer: thin },
  { method: 'GET', path: '/proxies/echo/toxics/x', ...error('toxic not found', 404) },
  { method: 'GET', path: '/proxies/other/toxics', ...error('proxy not found', 404) },
  {
    before: [addThin],
    method: 'PATCH',
    path: '/proxies/echo/toxics/x',
    body: { toxicity: 1 },
    status: 200,
    answer: { ...thin, toxicity: 1 },
  },
  {
    before: [addThin],
    method: 'POST',
    path: '/proxies/echo/toxics/x',
    body: { attributes: { rate: 7 } },
    status: 200,
    answer: { ...thin, attributes: { rate: 7 } },
  },
  {
    before: [addThin],
    method: 'PATCH',
    path: '/proxies/echo/toxics/x',
    body: { attributes: { rate: 7.5 } },
    ...bad('json: cannot unmarshal number 7.5 into Go struct field BandwidthToxic.attributes.rate of type int64'),
  },
  { method: 'PATCH', path: '/proxies/echo/toxics/x', body: {}, ...error('toxic not found', 404) },
  { before: [addThin], method: 'DELETE', path: '/proxies/echo/toxics/x', status: 204, answer: '' },
  { method: 'DELETE', path: '/proxies/echo/toxics/x', ...error('toxic not found', 404) },
  { method: 'POST', path: '/populate', body: [], status: 201, answer: { proxies: null } },
  {
    method: 'POST',
    path: '/populate',
    body: [{ name: 'p' }],
    status: 400,
    answer: { error: 'missing required field: upstream at proxy 1', status: 400, proxies: null },
  },
  {
    method: 'POST',
    path: '/populate',
    body: {},
    status: 400,
    answer: {
      error:
        'bad request body: json: cannot unmarshal object into Go value of type []struct { toxiproxy.Proxy; Enabled *bool "json:\\"enabled\\"" }',
      status: 400,
      proxies: null,
    },
  },
  {
    method: 'POST',
    path: '/populate',
    body: [
      { name: 'p', upstream: 'x:1', listen: ':0', enabled: false },
      { name: 'q', upstream: 'x:1', listen: 'foo' },
    ],
    status: 500,
    answer: {
      error: 'listen tcp: address foo: missing port in address',
      status: 500,
      proxies: [{ name: 'p', listen: ':0', upstream: 'x:1', enabled: false, Logger: {}, toxics: [] }],
    },
  },
  { before: [addSlow, ['PATCH', '/proxies/echo', { enabled: false }]], method: 'POST', path: '/reset', status: 204, answer: '' },
];
