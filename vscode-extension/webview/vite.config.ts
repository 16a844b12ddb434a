// The web views: one entry a page, shared code in chunks, one style sheet, no source maps.
import react from '@vitejs/plugin-react';
import { resolve } from 'node:path';
import { defineConfig } from 'vite';

const here = import.meta.dirname;

export default defineConfig({
  root: here,
  base: './',
  plugins: [react()],
  build: {
    outDir: resolve(here, '../dist/views'),
    emptyOutDir: true,
    target: 'chrome120',
    sourcemap: false,
    cssCodeSplit: false,
    modulePreload: false,
    chunkSizeWarningLimit: 2500,
    rollupOptions: {
      input: Object.fromEntries(['lineage', 'plan', 'data', 'compare'].map((name) => [name, resolve(here, name, 'main.tsx')])),
      output: { entryFileNames: '[name].js', chunkFileNames: 'chunk-[name].js', assetFileNames: '[name][extname]' },
    },
  },
});
