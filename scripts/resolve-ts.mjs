/**
 * Lets Node run the project's TypeScript as it stands: adds the extension that its imports leave out.
 *   node --import ./scripts/resolve-ts.mjs bench/store.ts
 * Node itself strips the types (24, 22.18); only erasable syntax is used here.
 */
import { existsSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'

registerHooks({
  resolve(specifier, context, next) {
    if (/^\.{1,2}\//.test(specifier) && context.parentURL?.endsWith('.ts')) {
      const url = new URL(`${specifier}.ts`, context.parentURL)
      if (existsSync(fileURLToPath(url))) return next(url.href, context)
    }
    return next(specifier, context)
  },
})
