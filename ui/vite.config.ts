import { fileURLToPath } from 'node:url';
import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The window loads the pages from its own scheme: no path may assume a server's root.
  base: './',
  plugins: [
    // Under vitest the messages are there already (`npm run messages`), and its watcher would keep the run alive.
    ...(process.env['VITEST']
      ? []
      : [
          paraglideVitePlugin({
            project: './project.inlang',
            outdir: './src/lib/paraglide',
            strategy: ['globalVariable', 'baseLocale'],
          }),
        ]),
    tailwindcss(),
    svelte(),
  ],
  resolve: {
    alias: { $lib: fileURLToPath(new URL('./src/lib', import.meta.url)) },
    // Svelte's browser half also under vitest.
    ...(process.env['VITEST'] ? { conditions: ['browser'] } : {}),
  },
  server: { port: 5173, strictPort: true },
  build: {
    target: ['chrome111', 'safari16.4'],
    // A `data:` font or picture would break the window's policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
    setupFiles: ['./tests/setup.ts'],
    restoreMocks: true,
  },
});
