import js from '@eslint/js';
import globals from 'globals';

export default [
  js.configs.recommended,
  { languageOptions: { globals: globals.node }, rules: { eqeqeq: 'error' } },
  // Run inside the page.
  { files: ['rig/page.js', 'rig/listen.js'], languageOptions: { globals: globals.browser } },
];
