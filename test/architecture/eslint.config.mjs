import svelte from 'eslint-plugin-svelte';
import tseslint from 'typescript-eslint';

/** Lint rules; Prettier owns the layout, the compiler owns the types. */
export default tseslint.config(
  { ignores: ['node_modules/**', 'out/**', 'release/**'] },
  ...tseslint.configs.strict,
  ...svelte.configs['flat/recommended'],
  {
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off', // typed-array and Map reads whose key was just checked
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'max-lines': ['error', { max: 400, skipBlankLines: false, skipComments: false }],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
    rules: {
      'svelte/no-at-html-tags': 'error',
      'svelte/require-each-key': 'error',
      'svelte/prefer-svelte-reactivity': 'off', // maps and sets here are made anew and replaced whole, in $state.raw
    },
  },
  {
    files: ['src-renderer/**'],
    rules: {
      'no-restricted-imports': ['error', { patterns: [{ regex: 'src-main/(?!contract/|domain/)' }] }],
    },
  },
  {
    files: ['src-main/host/launch/**', 'src-main/host/command-line/**', 'test/**'],
    rules: { 'no-console': 'off' }, // these speak to a terminal
  },
);
