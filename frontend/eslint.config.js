import js from '@eslint/js';
import globals from 'globals';
import svelte from 'eslint-plugin-svelte';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

export default ts.config(
  { ignores: ['dist/', 'node_modules/', 'src/lib/paraglide/', 'wailsjs/', 'project.inlang/', 'public/'] },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  { languageOptions: { globals: globals.browser } },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: ['.svelte'], svelteConfig } },
  },
  {
    rules: {
      // Text of contacts is rendered as elements, never as markup.
      'svelte/no-at-html-tags': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Paths are checked: text is cleaned of control characters on purpose.
      'no-control-regex': 'off',
      // Collections in stores are replaced as a whole and held in $state.raw or $derived; reactive ones say so.
      'svelte/prefer-svelte-reactivity': 'off',
      // {' '} keeps a space that formatting would take.
      'svelte/no-useless-mustaches': 'off',
      // There is one route.
      'svelte/no-navigation-without-resolve': 'off',
    },
  },
  {
    // Only one file knows Wails.
    files: ['src/**'],
    ignores: ['src/lib/bridge/wails.ts'],
    rules: {
      'no-restricted-imports': ['error', { patterns: ['**/wailsjs/**'] }],
      'no-restricted-globals': ['error', { name: 'fetch', message: 'Only lib/bridge/wails.ts talks to the shell.' }],
    },
  },
);
