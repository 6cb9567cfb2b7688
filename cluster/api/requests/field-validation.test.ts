import type { KubeObject } from '../object.ts';
import { checked } from './field-validation.ts';
import type { ApiRequest, Backend } from './request.ts';

const backend = (unknown: string[], wrongType?: string): Backend =>
  ({ checkFields: () => ({ unknown, ...(wrongType !== undefined && { wrongType }) }) }) as unknown as Backend;
const requestWith = (mode: string): ApiRequest => ({
  ...({ resource: { kind: 'Deployment', version: 'v1' }, body: Buffer.from('{}') } as ApiRequest),
  query: new URLSearchParams(mode && { fieldValidation: mode }),
  warnings: [],
});
const object = {
  spec: {
    replcas: 1,
    containers: [
      { prots: 1, name: 'a' },
      { 'x.y': 1, 'x.y.z': 2, name: 'b' },
    ],
  },
} as unknown as KubeObject;
const unknown = ['spec.replcas', 'spec.containers[0].prots', 'spec.containers[1].x.y.z'];
const without = { spec: { containers: [{ name: 'a' }, { 'x.y': 1, name: 'b' }] } };

test.each(['', 'Warn'])('%p says what is unknown, and leaves it out', (mode) => {
  const request = requestWith(mode);
  expect(checked(backend(unknown), request, object)).toEqual(without);
  expect(request.warnings).toEqual(unknown.map((field) => `unknown field "${field}"`));
  expect(object.spec).toHaveProperty('replcas');
});

test('Ignore leaves it out and says nothing', () => {
  const request = requestWith('Ignore');
  expect(checked(backend(unknown), request, object)).toEqual(without);
  expect(request.warnings).toEqual([]);
});

test('Strict refuses it: 400, and 422 in a patch', () => {
  const strict = 'strict decoding error: unknown field "spec.replcas"';
  expect(() => checked(backend(['spec.replcas']), requestWith('Strict'), object)).toThrow(
    expect.objectContaining({ code: 400, message: `Deployment in version "v1" cannot be handled as a Deployment: ${strict}` }),
  );
  expect(() => checked(backend(['spec.replcas']), requestWith('Strict'), object, true)).toThrow(
    expect.objectContaining({ code: 422, message: ` "" is invalid: patch: Invalid value: "{}": ${strict}` }),
  );
});

test('a wrong type is refused always, another mode too', () => {
  expect(() => checked(backend([], 'json: cannot unmarshal'), requestWith('Ignore'), object)).toThrow(
    'cannot be handled as a Deployment: json: cannot',
  );
  expect(() => checked(backend([]), requestWith('Loud'), object)).toThrow('Unsupported value: "Loud"');
});
