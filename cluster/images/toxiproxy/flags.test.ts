import { readFlags } from './flags.ts';

test('flags are written as Go has them', () => {
  expect(readFlags([])).toMatchObject({ host: 'localhost', port: 8474, version: false, withoutEffect: [] });
  expect(readFlags(['-host=0.0.0.0', '--port', '9000'])).toMatchObject({ host: '0.0.0.0', port: 9000 });
  expect(readFlags(['-version'])).toMatchObject({ version: true });
});

test('what has no effect is told, what is unknown is refused', () => {
  expect(readFlags(['-proxy-metrics', '-seed=4'])).toMatchObject({ seed: 4, withoutEffect: ['-proxy-metrics'] });
  expect(() => readFlags(['-seed=x'])).toThrow('invalid value "x" for flag -seed');
  expect(() => readFlags(['-nonsense'])).toThrow('nonsense');
  expect(() => readFlags(['-port=eighty'])).toThrow('invalid value "eighty" for flag -port');
});
