import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

export default defineConfig(
  { ignores: ['dist', 'src/lib/paraglide', 'src/lib/generated'] },
  js.configs.recommended,
  ts.configs.strict,
  svelte.configs.recommended,
  svelte.configs.prettier,
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser, svelteConfig } },
  },
  {
    rules: {
      // The type checker knows better what is defined.
      'no-undef': 'off',
      eqeqeq: 'error',
      // The window's policy: no markup from strings, no style attributes, nothing evaluated.
      'no-eval': 'error',
      'svelte/no-at-html-tags': 'error',
      // (`style:` directives are set by script, which the policy allows.)
      'no-restricted-syntax': [
        'error',
        { selector: "SvelteAttribute[key.name='style']", message: 'The window forbids style attributes.' },
      ],
      'svelte/button-has-type': 'error',
      'svelte/require-each-key': 'error',
    },
  },
);
