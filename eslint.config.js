// Lint rules. What Espruino cannot run is refused here where the source shows it, so that an editor tells at once;
// tools/bundler/check/index.ts has the last word, on the bundles.
import tseslint from 'typescript-eslint';

export default tseslint.config(
  // The firmware's modules are Espruino's own JavaScript, run as they are.
  {
    ignores: ['dist/', 'node_modules/', 'tools/rig/engines/espruino/firmware/', 'tools/corpus/**/*.js'],
  },
  ...tseslint.configs.recommended,
  {
    rules: {
      eqeqeq: ['error', 'smart'],
      'prefer-const': ['error', { ignoreReadBeforeAssign: true }],
      // Both have their use where functions of Espruino are imitated.
      'prefer-rest-params': 'off',
      'prefer-spread': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', caughtErrors: 'none' }],
      // What has a state of its own is a class or a module of its own; so nothing grows beyond this.
      'max-lines': ['error', 500],
      'max-lines-per-function': ['error', 120],
    },
  },
  {
    // A suite is one function that holds all tests of a subject.
    files: ['**/*.test.ts'],
    rules: { 'max-lines': 'off', 'max-lines-per-function': 'off' },
  },
  {
    // Device code whose state is the variables of one factory: the bundler makes them names of the top level
    // (tools/bundler/passes/flatten.ts). To hand them from one part to another would cost a board variables, and stack
    // for each call between the parts, and there are none to spare. Each of these is one state machine, or one table.
    files: [
      'host/board.ts',
      'host/connection.ts',
      'host/inlet.ts',
      'host/outbox-storage.ts',
      'host/sender.ts',
      'host/settings.ts',
      'host/supervisor.ts',
      'shared/exchange.ts',
      'shared/initiator.ts',
      'shared/link.ts',
      'shared/responder.ts',
      'target/gateway.ts',
      'target/mqtt-client.ts',
      'target/wifi.ts',
    ],
    rules: { 'max-lines': ['error', 520], 'max-lines-per-function': ['error', 330] },
  },
  {
    // Plain JavaScript for the boards, whose only modules are CommonJS and whose functions do not hoist.
    files: ['host/**/*.js'],
    rules: {
      '@typescript-eslint/no-require-imports': 'off',
      '@typescript-eslint/no-this-alias': 'off',
      'no-var': 'off',
    },
  },
  {
    files: ['host/**/*.ts', 'target/**/*.ts', 'shared/**/*.ts', 'tools/benchmark/device/**/*.ts'],
    ignores: ['host/apps/**', '**/*.test.ts', '**/*.d.ts'],
    rules: {
      '@typescript-eslint/no-require-imports': 'off',
      // Where a variable is declared matters on the boards, so a later first assignment is no fault.
      'prefer-const': 'off',
      // A function may name a later one, which exists by the time it is called; or the bundle check finds it.
      '@typescript-eslint/no-use-before-define': ['error', { functions: false, variables: false }],
      'no-restricted-globals': ['error', 'Map', 'Set', 'WeakMap', 'Symbol', 'Reflect', 'Proxy', 'BigInt'],
      'no-restricted-syntax': [
        'error',
        { selector: ':function[async=true]', message: 'Espruino has no async functions.' },
        { selector: ':function[generator=true]', message: 'Espruino has no generators.' },
        { selector: 'LabeledStatement', message: 'Espruino has no labels.' },
        { selector: 'PrivateIdentifier', message: 'Espruino has no #private names.' },
        { selector: ':function > RestElement', message: 'Espruino has no rest parameters.' },
        { selector: 'SpreadElement', message: 'Espruino has no spread.' },
        { selector: ':matches(ObjectPattern, ArrayPattern)', message: 'Espruino misreads destructuring.' },
        {
          selector: ':matches(ClassDeclaration, ClassExpression)[superClass]',
          message: 'The helper that `extends` becomes does not run in Espruino.',
        },
        { selector: 'SwitchCase[test=null]:not(:last-child)', message: 'Espruino wants default last.' },
        {
          selector: 'AssignmentExpression > MemberExpression.left[property.name="length"]',
          message: 'An array’s length is constant in Espruino.',
        },
      ],
    },
  },
);
