/** What only Windows needs. Linking was tried by cross-compiling; nothing here was run on Windows yet (docs/engine.md). */
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findProgram, lastLines, runChild } from './child.mjs'
import { SetupError } from './errors.mjs'

/**
 * The import library for Node's own functions, made from node-api-headers' definition files.
 * @param {string} napi folder of node-api-headers
 * @param {string} work @param {import('./compile.mjs').Compiler} compiler @param {AbortSignal | undefined} signal
 */
export async function makeNodeImportLibrary(napi, work, compiler, signal) {
  const symbols = ['js_native_api', 'node_api'].flatMap((name) =>
    readFileSync(join(napi, 'def', `${name}.def`), 'utf8')
      .split(/\r?\n/)
      .filter((line) => line.trim() && !/^(NAME|EXPORTS)/.test(line)),
  )
  const definition = join(work, 'node.def')
  writeFileSync(definition, `NAME node.exe\nEXPORTS\n${symbols.join('\n')}\n`)
  const library = join(work, 'node.lib')
  const args = ['dlltool', '-m', 'i386:x86-64', '-d', definition, '-l', library]
  const { code, stderr } = await runChild(compiler.program, args, { signal })
  if (code !== 0) throw new SetupError(`Node's import library could not be made:\n${lastLines(stderr)}`)
  return library
}

/**
 * Puts Python's DLL beside TensorFlow's library, which on Windows is linked against it.
 * @param {string} version such as 3.12
 * @param {string} folder @param {AbortSignal | undefined} signal
 * @throws {SetupError} when that Python is not installed
 */
export async function placePythonLibrary(version, folder, signal) {
  const name = `python${version.replace('.', '')}.dll`
  if (existsSync(join(folder, name))) return
  const launcher = findProgram(['py'])
  const ask = ['-c', 'import sys; print(sys.base_prefix)']
  const outcome = launcher ? await runChild(launcher, [`-${version}`, ...ask], { signal }) : null
  const library = outcome?.code === 0 ? join(outcome.stdout.trim(), name) : null
  if (library === null || !existsSync(library))
    throw new SetupError(
      `TensorFlow's library needs ${name} on Windows, and Python ${version} was not found.`,
      `Install Python ${version} with its launcher (py), and start again.`,
    )
  copyFileSync(library, join(folder, name))
}
