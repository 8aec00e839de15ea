import { resolve } from 'node:path'
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'electron-vite'

// One build makes every entry: the Electron main process, the command line, the engine process and the import workers
// (each its own file under out/main/), the preload script and the window.
export default defineConfig({
  main: {
    build: {
      rollupOptions: {
        input: {
          index: 'src/main/index.ts',
          cli: 'src/main/cli/index.ts',
          engine: 'src/main/engine/index.ts',
          'decode-worker': 'src/main/lab/datasets/decode-worker.ts',
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  // A sandboxed preload script must be CommonJS.
  preload: {
    build: {
      rollupOptions: {
        input: { index: 'src/preload/index.ts' },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src/renderer',
    build: { minify: 'oxc', rollupOptions: { input: { index: 'src/renderer/index.html' } } },
    plugins: [svelte({ configFile: resolve('svelte.config.mjs') })],
  },
})
