/**
 * The arrows of docs/architecture.md as one lint rule: which part may import which, and who may load which package.
 * Allow-lists: what is not named here is refused. Paths are followed as written, so nothing needs to be resolved.
 */
import { isBuiltin } from 'node:module'
import { dirname, join, relative, sep } from 'node:path'

/**
 * @typedef {object} Part
 * @property {string} path file or folder, from the project's root, with '/'
 * @property {string[]} imports paths of other parts that it may import (a folder: all in it)
 * @property {string[]} [types] the same, but by `import type` only: no code crosses
 * @property {string} why what to do instead, for the message
 */

const protocol = 'src/main/engine/protocol'
const lab = 'src/main/lab'

/** The first entry that holds a file is its part. @type {Part[]} */
export const parts = [
  { path: 'src/shared', imports: [], why: 'shared is imported by everyone and imports nobody.' },
  { path: 'src/renderer', imports: ['src/shared'], why: 'The window reaches the lab through the contract only.' },
  { path: 'src/preload', imports: ['src/shared'], why: 'The preload script passes the contract on, nothing else.' },
  { path: 'src/main/engine', imports: ['src/shared'], why: 'The engine is a process of its own.' },
  { path: 'src/main/store', imports: ['src/shared'], why: 'The store knows rows, not the lab.' },
  {
    path: lab,
    imports: ['src/shared', 'src/main/store', 'scripts/engine-setup'],
    types: [protocol],
    why: 'The lab knows no shell, and talks to the engine process through the types of its protocol only.',
  },
  { path: 'src/main/shell', imports: ['src/shared', lab], why: 'A shell reaches everything through the lab.' },
  { path: 'src/main/server', imports: ['src/shared', lab], why: 'A shell reaches everything through the lab.' },
  {
    path: 'src/main/cli/commands/serve.ts',
    imports: ['src/shared', lab, 'src/main/cli', 'src/main/server'],
    why: 'The command that starts the server shell.',
  },
  { path: 'src/main/cli', imports: ['src/shared', lab], why: 'A shell reaches everything through the lab.' },
  {
    path: 'src/main/index.ts',
    imports: ['src/shared', lab, 'src/main/shell'],
    why: 'The Electron entry boots the lab and opens its shell.',
  },
  { path: 'scripts', imports: [], why: 'Scripts run before anything is installed or built.' },
]

/**
 * Packages with an owner: only files under `in` may load them, those under `types` may take types of them. A name that
 * ends with '*' means all that begin so.
 * @type {{name: string, in: string[], types?: string[], why: string}[]}
 */
export const owned = [
  {
    name: 'electron',
    in: ['src/main/index.ts', 'src/main/shell', 'src/preload'],
    why: 'Electron is behind main/shell and the preload script.',
  },
  { name: 'better-sqlite3', in: ['src/main/store'], why: 'SQLite is behind main/store.' },
  // Model code takes `tf` from backends/tf: an import of its own would be a second copy of tfjs-core.
  {
    name: '@tensorflow/*',
    in: ['src/main/engine/backends'],
    types: ['src/main/engine'],
    why: 'TensorFlow lives in the engine process, behind engine/backends.',
  },
]

/** Parts that may load only what is listed; the others are free but for `owned`. @type {Record<string, Packages>} */
export const packages = {
  'src/shared': {
    values: ['zod'],
    types: ['chart.js', 'chartjs-chart-matrix'],
    why: 'shared runs anywhere: zod and types only.',
  },
  'src/renderer': { refuseNode: true, why: 'The window has no Node.' },
  'src/preload': { refuseNode: true, why: 'A sandboxed preload script has no Node.' },
  scripts: { values: ['node:*'], types: ['*'], why: 'Scripts run before anything is installed: Node only.' },
}
/** @typedef {{values?: string[], types?: string[], refuseNode?: boolean, why: string}} Packages */

/** @param {string} path @param {string} folder */
const within = (path, folder) => path === folder || path.startsWith(`${folder}/`)
/** @param {string} name @param {string} pattern */
const matches = (name, pattern) =>
  pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern || name.startsWith(`${pattern}/`)

/**
 * Why a file may not import something, or null when it may.
 * @param {string} file importing file, from the project's root, with '/'
 * @param {string} source what the import statement says
 * @param {boolean} typeOnly it is an `import type` (or the type `import('…')`), gone when compiled
 * @returns {string | null}
 */
export function refusal(file, source, typeOnly) {
  const part = parts.find(({ path }) => within(file, path))
  if (!part) return `${file} belongs to no part: put it into one, or name the new part in scripts/lint-arrows.mjs.`
  if (!source.startsWith('.'))
    return packageRefusal(file, part, isBuiltin(source) ? `node:${source.replace(/^node:/, '')}` : source, typeOnly)
  const target = join(dirname(file), source.replace(/\?.*$/, '')).split(sep).join('/')
  const allowed = [part.path, ...part.imports, ...(typeOnly ? (part.types ?? []) : [])]
  if (allowed.some((path) => within(target, path) || target === path.replace(/\.ts$/, ''))) return null
  const asType = (part.types ?? []).some((path) => within(target, path)) ? ' Write “import type”.' : ''
  return `${part.path} may not import ${target}. ${part.why}${asType}`
}

/** @param {string} file @param {Part} part @param {string} name @param {boolean} typeOnly @returns {string | null} */
function packageRefusal(file, part, name, typeOnly) {
  const owner = owned.find((p) => matches(name, p.name))
  const owners = owner ? [...owner.in, ...(typeOnly ? (owner.types ?? []) : [])] : []
  if (owner && !owners.some((path) => within(file, path))) return `${file} may not load ${name}. ${owner.why}`
  const rule = packages[part.path]
  if (!rule) return null
  if (rule.refuseNode) return name.startsWith('node:') ? `${part.path} may not load ${name}. ${rule.why}` : null
  const allowed = [...(rule.values ?? []), ...(typeOnly ? (rule.types ?? []) : [])]
  return allowed.some((pattern) => matches(name, pattern)) ? null : `${part.path} may not load ${name}. ${rule.why}`
}

/** @type {import('eslint').Rule.RuleModule} */
const rule = {
  meta: { type: 'problem', schema: [], messages: { refused: '{{reason}}' } },
  create(context) {
    const file = relative(context.cwd, context.filename).split(sep).join('/')
    /** @param {any} node @param {any} source @param {boolean} typeOnly */
    const check = (node, source, typeOnly) => {
      const reason = typeof source?.value === 'string' ? refusal(file, source.value, typeOnly) : null
      if (reason) context.report({ node, messageId: 'refused', data: { reason } })
    }
    return {
      ImportDeclaration: (/** @type {any} */ node) => check(node, node.source, node.importKind === 'type'),
      ExportNamedDeclaration: (/** @type {any} */ node) => check(node, node.source, node.exportKind === 'type'),
      ExportAllDeclaration: (/** @type {any} */ node) => check(node, node.source, node.exportKind === 'type'),
      ImportExpression: (/** @type {any} */ node) => check(node, node.source, false),
      TSImportType: (/** @type {any} */ node) => check(node, node.source ?? node.argument?.literal, true),
      TSExternalModuleReference: (/** @type {any} */ node) => check(node, node.expression, false),
      'CallExpression[callee.name="require"]': (/** @type {any} */ node) => check(node, node.arguments[0], false),
    }
  },
}

/** Tests may reach over the arrows, to set their stage. */
const ignores = ['**/*.test.ts']

/** @type {import('eslint').Linter.Config[]} */
export const arrows = [
  {
    files: ['src/**/*.{ts,svelte}', 'scripts/**/*.{ts,mjs}'],
    ignores,
    plugins: { arrows: { rules: { imports: rule } } },
    rules: { 'arrows/imports': 'error' },
  },
  {
    files: ['src/shared/**/*.ts'],
    ignores,
    rules: { 'no-restricted-globals': ['error', 'process', 'Buffer', 'window', 'document', '__dirname', 'require'] },
  },
]
