import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { findProgram, lastLines, runChild } from './child.mjs'
import { SetupError } from './errors.mjs'
import { outsideArchive, packageRoot } from './paths.mjs'
import { makeNodeImportLibrary, placePythonLibrary } from './windows.mjs'
import { listZip, unpackEntry } from './zip.mjs'
import { obtainWheel } from './wheels.mjs'

/**
 * Where the compiled binding lies in an engine's folder. Windows looks for libraries beside it, so there it lies beside them.
 * @param {import('./recipe.mjs').EnginePlan} plan
 */
export function bindingFile(plan) {
  const name = 'tfjs_binding.node'
  return plan.platform.startsWith('win32') ? join(plan.recipe.libraryFolder, name) : name
}

/**
 * A compiler to call as `program ...args`, and what to call it.
 * @typedef {{program: string, args: string[], name: string}} Compiler
 *
 * @typedef {object} CompileOptions
 * @property {string} work a scratch folder
 * @property {string | null} wheelsFolder
 * @property {AbortSignal | undefined} signal
 * @property {(detail: string, done: number | null, total: number | null) => void} onStep
 */

/**
 * Compiles tfjs-node-gpu's binding sources against the unpacked TensorFlow. Its libraries are found relative to the
 * binding itself, so the folder may be renamed and moved.
 * @param {import('./recipe.mjs').EnginePlan} plan
 * @param {string} folder what was unpacked; the binding lands in it
 * @param {CompileOptions} options
 * @returns {Promise<string>} the compiler's name and version
 */
export async function compileBinding(plan, folder, options) {
  const { work, signal, onStep } = options
  const compiler = await findCompiler(plan, options)
  onStep(`with ${compiler.name}`, null, null)
  mkdirSync(work, { recursive: true })
  const attempt = mkdtempSync(join(work, 'compile-'))
  try {
    const output = join(attempt, basename(bindingFile(plan)))
    const args = [...compiler.args, ...(await bindingArguments(plan, folder, attempt, compiler, signal)), '-o', output]
    const env = {
      ...process.env,
      ZIG_GLOBAL_CACHE_DIR: join(work, 'zig-cache'),
      ZIG_LOCAL_CACHE_DIR: join(work, 'zig-cache'),
    }
    const { code, stderr } = await runChild(compiler.program, args, { env, cwd: attempt, signal })
    if (code !== 0)
      throw new SetupError(
        `${compiler.name} could not compile the engine's binding:\n${lastLines(stderr, 8)}`,
        'A C++17 compiler with its standard library is needed: g++ 8 or clang++ 7 at least.',
      )
    if (plan.recipe.python)
      await placePythonLibrary(plan.recipe.python, join(folder, plan.recipe.libraryFolder), signal)
    renameSync(output, join(folder, bindingFile(plan)))
  } finally {
    rmSync(attempt, { recursive: true, force: true })
  }
  return compiler.name
}

/**
 * The compiler's arguments: sources, headers, libraries.
 * @param {import('./recipe.mjs').EnginePlan} plan @param {string} folder @param {string} work @param {Compiler} compiler
 * @param {AbortSignal | undefined} signal
 */
async function bindingArguments(plan, folder, work, compiler, signal) {
  const modules = outsideArchive(join(packageRoot(), 'node_modules'))
  const sources = join(modules, '@tensorflow', 'tfjs-node-gpu')
  const napi = join(modules, 'node-api-headers')
  for (const needed of [sources, napi])
    if (!existsSync(needed)) throw new SetupError(`${needed} is not installed.`, 'Run npm ci (npm start does).')
  const args = ['-std=c++17', '-O2', '-fPIC', '-shared', `-DNAPI_VERSION=${plan.napi}`]
  args.push('-I', join(folder, 'tensorflow', 'include'), '-I', sources, '-I', join(napi, 'include'))
  args.push(...['tfjs_backend.cc', 'tfjs_binding.cc'].map((file) => join(sources, 'binding', file)))
  args.push(...plan.recipe.libraries.map((file) => join(folder, file)))
  const system = plan.platform.split('-')[0]
  if (system === 'linux') args.push(`-Wl,-rpath,$ORIGIN/${plan.recipe.libraryFolder}`)
  // Node's own functions are looked up when the binding is loaded.
  if (system === 'darwin')
    args.push('-undefined', 'dynamic_lookup', `-Wl,-rpath,@loader_path/${plan.recipe.libraryFolder}`)
  if (system === 'win32') args.push('-DCOMPILER_MSVC', await makeNodeImportLibrary(napi, work, compiler, signal))
  return args
}

/**
 * g++, clang++ or c++; where there is none (and on Windows always), the zig compiler of PyPI's ziglang wheel.
 * @param {import('./recipe.mjs').EnginePlan} plan @param {CompileOptions} options
 * @returns {Promise<Compiler>}
 */
async function findCompiler(plan, options) {
  const names = process.platform === 'win32' ? [] : ['g++', 'clang++', 'c++']
  for (const name of names) {
    const program = findProgram([name])
    if (!program) continue
    // macOS has stubs of these names that only ask to install the real ones.
    const { code, stdout } = await runChild(program, ['--version'], { signal: options.signal })
    if (code === 0) return { program, args: [], name: stdout.split('\n')[0] ?? name }
  }
  return zigCompiler(plan, options)
}

/**
 * What zig is told to compile for: named, so that it takes its own headers and libraries, whatever the system has.
 * The C library is the one TensorFlow's wheels ask for.
 * @type {Record<string, string>}
 */
const zigTargets = {
  'linux-x64': 'x86_64-linux-gnu.2.27',
  'linux-arm64': 'aarch64-linux-gnu.2.27',
  'darwin-arm64': 'aarch64-macos.12.0',
  'win32-x64': 'x86_64-windows-gnu',
}

/** Headers and libraries of other systems, two thirds of zig's 19,000 files, that compiling for Linux does without. */
const ZIG_NOT_FOR_LINUX =
  /\/lib\/(docs|libtsan|libc\/(mingw|musl|wasi|freebsd|netbsd|openbsd|darwin)|libc\/include\/(?!generic-glibc|any-linux|x86-linux|x86_64-linux|aarch64-linux))\b/

/**
 * @param {import('./recipe.mjs').EnginePlan} plan @param {CompileOptions} options
 * @returns {Promise<Compiler>}
 */
async function zigCompiler({ compiler: wheel, platform }, { work, wheelsFolder, signal, onStep }) {
  const onBytes = (/** @type {number} */ bytes) =>
    onStep(`no C++ compiler here: fetching ${wheel.name}`, bytes, wheel.bytes)
  const path = await obtainWheel(wheel, { folder: join(work, 'wheels'), wheelsFolder, onBytes, signal })
  const folder = join(work, 'zig')
  const program = join(folder, 'ziglang', process.platform === 'win32' ? 'zig.exe' : 'zig')
  const whole = join(folder, 'whole')
  if (!existsSync(whole)) {
    const all = await listZip(path)
    const entries = platform.startsWith('linux') ? all.filter(({ name }) => !ZIG_NOT_FOR_LINUX.test(name)) : all
    const total = entries.reduce((sum, entry) => sum + entry.bytes, 0)
    let done = 0
    for (const entry of entries) {
      await unpackEntry(path, entry, join(folder, entry.name), { signal, flush: false })
      onStep(`unpacking ${wheel.name}`, (done += entry.bytes), total)
    }
    writeFileSync(whole, '')
  }
  if (!existsSync(program)) throw new SetupError(`${wheel.file} holds no compiler.`)
  return {
    program,
    args: ['c++', '-target', zigTargets[platform] ?? 'native'],
    name: `zig c++ (${wheel.name} ${wheel.version})`,
  }
}
