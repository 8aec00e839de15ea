/**
 * The arrows of docs/architecture as lint rules: which part may import which.
 *
 *   renderer → shared · preload → shared · shell, server, cli → lab → store · lab → engine protocol (types only)
 *   engine → shared. Nothing imports engine code: it is a process.
 *
 * @typedef {{target: string, from: string[], except?: string[], message: string}} Arrow
 */

/** Every folder under src/main. */
const mainParts = ['shell', 'lab', 'store', 'engine', 'server', 'cli']

/** @param {string[]} names @returns {string[]} */
const main = (names) => names.map((name) => `./src/main/${name}`)

/** @type {Arrow[]} */
const zones = [
  {
    target: './src/shared',
    from: ['./src/main', './src/preload', './src/renderer', './scripts'],
    message: 'shared imports nothing of the other parts.',
  },
  {
    target: './src/renderer',
    from: ['./src/main', './src/preload', './scripts'],
    message: 'The renderer reaches the lab through the contract only.',
  },
  {
    target: './src/preload',
    from: ['./src/main', './src/renderer', './scripts'],
    message: 'preload imports shared only.',
  },
  {
    target: './src/main',
    from: ['./src/renderer', './src/preload'],
    message: 'The main process never imports window code.',
  },
  {
    target: './src/main/engine',
    from: [...main(mainParts.filter((p) => p !== 'engine')), './scripts'],
    message: 'The engine is a process of its own: it imports shared only.',
  },
  {
    target: './src/main/store',
    from: [...main(mainParts.filter((p) => p !== 'store')), './scripts'],
    message: 'The store imports shared only.',
  },
  { target: './src/main/lab', from: main(['shell', 'server', 'cli']), message: 'The lab knows no shell.' },
  {
    target: './src/main/!(engine)/**/*',
    from: ['./src/main/engine'],
    except: ['./protocol.ts'],
    message: 'Nothing imports engine code: talk to the process. Only its protocol types may be imported.',
  },
  {
    target: './src/main/shell',
    from: main(['store', 'server', 'cli']),
    message: 'A shell reaches the store through the lab.',
  },
  {
    target: './src/main/server',
    from: main(['store', 'shell', 'cli']),
    message: 'A shell reaches the store through the lab.',
  },
  {
    target: './src/main/cli',
    from: main(['store', 'shell', 'server']),
    message: 'A shell reaches the store through the lab.',
  },
]

/** Packages only some parts may load. @type {{packages: string[], allowed: string[], message: string}[]} */
const packages = [
  {
    packages: ['electron'],
    allowed: ['src/main/index.ts', 'src/main/shell/**', 'src/preload/**', 'tests/**'],
    message: 'electron belongs to the shell and the preload script.',
  },
  { packages: ['better-sqlite3'], allowed: ['src/main/store/**', 'tests/**'], message: 'SQLite is behind main/store.' },
  {
    packages: ['@tensorflow/*'],
    allowed: ['src/main/engine/**', 'tests/**', 'scripts/**', 'bench/**'],
    message: 'TensorFlow lives in the engine process.',
  },
]

/** @type {import('eslint').Linter.Config[]} */
export const arrows = [
  {
    files: ['src/**/*.{ts,svelte}'],
    rules: {
      'import-x/no-restricted-paths': ['error', { zones: zones.map((z) => ({ ...z, from: z.from })) }],
    },
  },
  {
    files: ['src/shared/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-globals': ['error', 'process', 'Buffer', 'window', 'document', '__dirname', 'require'],
    },
  },
  // One entry per file set: a file may load the packages whose `allowed` matches it; the rest are refused.
  ...fileSets().map(({ files, ignores, refused }) => ({
    files,
    ignores,
    rules: {
      '@typescript-eslint/no-restricted-imports': /** @type {import('eslint').Linter.RuleEntry} */ ([
        'error',
        { patterns: refused.map(({ packages, message }) => ({ group: packages, message })) },
      ]),
    },
  })),
]

/** @returns {{files: string[], ignores: string[], refused: {packages: string[], message: string}[]}[]} */
function fileSets() {
  const shared = {
    packages: [
      'node:*',
      'fs',
      'path',
      'os',
      'electron',
      '@tensorflow/*',
      'better-sqlite3',
      'svelte',
      'sharp',
      '@napi-rs/*',
    ],
    message: 'shared imports nothing but zod and types.',
  }
  const all = packages.map(({ packages, message }) => ({ packages, message }))
  /** @param {string} glob */
  const allowedIn = (glob) =>
    packages.filter((p) => !p.allowed.includes(glob)).map(({ packages, message }) => ({ packages, message }))
  return [
    {
      files: ['src/**/*.{ts,svelte}'],
      ignores: [...new Set(packages.flatMap((p) => p.allowed)), 'src/shared/**'],
      refused: all,
    },
    ...[...new Set(packages.flatMap((p) => p.allowed))]
      .filter((glob) => glob.startsWith('src/'))
      .map((glob) => ({ files: [glob], ignores: [], refused: allowedIn(glob) })),
    { files: ['src/shared/**/*.ts'], ignores: ['**/*.test.ts'], refused: [shared] },
  ]
}
