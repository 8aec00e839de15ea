/** `node --import`: everything that asks for 'electron' gets the stand-in, and its TypeScript runs as it stands. */
import { registerHooks } from 'node:module'
import '../../scripts/resolve-ts.mjs'

const standIn = new URL('./main/electron.ts', import.meta.url).href

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: standIn, shortCircuit: true } : next(specifier, context),
})
