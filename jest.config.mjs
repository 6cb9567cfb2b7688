/** Tests run as ES modules straight from TypeScript; what they start as processes is the build in dist/. */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'es6' } }],
  },
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  globalSetup: '<rootDir>/.jest/start.ts',
  globalTeardown: '<rootDir>/.jest/leaks.ts',
  testSequencer: '<rootDir>/.jest/longest-first.mjs',
  maxWorkers: 2,
  // Only so that a test that hangs ends: no test measures this machine.
  testTimeout: 180_000,
};
