export default {
  testEnvironment: 'node',
  roots: ['<rootDir>/packages', '<rootDir>/test'],
  testMatch: ['**/test/**/*.test.ts', '**/src/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
  moduleNameMapper: {
    '^@harbor-pilot/([^/]+)$': '<rootDir>/packages/$1/src/index.ts',
    '^harbor-pilot$': '<rootDir>/packages/cli/src/index.ts',
  },
  modulePathIgnorePatterns: ['<rootDir>/packages/[^/]+/dist/'],
  coverageProvider: 'v8',
  reporters: ['default', '<rootDir>/test/skipped-reporter.mjs'],
  // No test depends on speed: this only ends what hangs, also on a busy machine.
  testTimeout: 60_000,
};
