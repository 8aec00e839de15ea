import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'

/** What drives the built window in a real browser. */
const inBrowser = {
  globalSetup: 'tests/window/support/global.ts',
  // Only a failure takes so long, or a machine that does much else.
  testTimeout: 420_000,
  hookTimeout: 120_000,
  expect: { poll: { timeout: 120_000, interval: 100 } },
  pool: 'forks',
  fileParallelism: false,
} as const

const unitTests = ['src/**/*.test.ts', 'scripts/**/*.test.ts', 'tests/unit/**/*.test.ts']
const noUnitTests = ['**/*.engine.test.ts', 'node_modules/**']
/** Unit tests that need modules which nothing else has loaded: a mock of node:child_process, no engine yet. */
const alone = ['src/main/engine/backends/load.test.ts', 'src/main/lab/datasets/decode/pool.test.ts']

const unit = (test: { name: string; include: string[]; exclude?: string[]; isolate?: boolean }) => ({
  // The window's state classes are compiled by Svelte.
  plugins: [svelte({ configFile: 'svelte.config.mjs' })],
  test: { ...test, testTimeout: 20_000 },
})

/**
 * Four suites. `unit`: beside its source, pure and quick. `engine`: `*.engine.test.ts`, needs the native engine in the
 * cache and fails without it. `e2e`: tests/e2e, drives the built bundles. `window`: tests/window, drives the built window in
 * a real browser, on every shell.
 */
export default defineConfig({
  test: {
    projects: [
      // One process after the other takes many files: loading them anew for each took half of the suite's time.
      unit({ name: 'unit', include: unitTests, exclude: [...noUnitTests, ...alone], isolate: false }),
      unit({ name: 'unit-alone', include: alone }),
      {
        test: {
          name: 'engine',
          include: ['src/**/*.engine.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 120_000,
          pool: 'forks',
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          pool: 'forks',
          fileParallelism: false,
        },
      },
      // Two files at a time: much of a story is waiting, for an engine or for the browser.
      {
        test: {
          ...inBrowser,
          name: 'window',
          include: ['tests/window/**/*.test.ts'],
          fileParallelism: true,
          maxWorkers: 2,
        },
      },
      // Not a suite of npm test: what npm run package made (npm run check:package).
      { test: { ...inBrowser, name: 'package', include: ['tests/package/**/*.test.ts'] } },
      // Not a suite: pictures to be looked at (npm run screenshots).
      { test: { ...inBrowser, name: 'screenshots', include: ['tests/window/screenshots.ts'] } },
    ],
  },
})
