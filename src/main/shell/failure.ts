import { LabError } from '../../shared/errors'

/** What native parts say when they were built for another program than this Electron, or are broken. */
const NATIVE = /ERR_DLOPEN_FAILED|NODE_MODULE_VERSION|\.node\b|sharp|invalid ELF|dlopen/

/** What a person is told when the lab cannot be opened: a title, and why with the way out. */
export function startFailure(error: unknown): { readonly title: string; readonly text: string } {
  if (error instanceof LabError) {
    const title = error.kind === 'locked' ? 'This lab is open already' : 'HRM Lab could not open'
    return { title, text: [error.message, error.hint].filter(Boolean).join('\n\n') }
  }
  const thrown = error instanceof Error ? error : new Error(String(error))
  const code = (thrown as NodeJS.ErrnoException).code ?? ''
  if (NATIVE.test(`${code} ${thrown.message}`))
    return {
      title: 'A part of HRM Lab does not fit this Electron',
      text: `${thrown.message}\n\nInstall its packages anew: npm ci. Until then the same window opens in the browser: npm start -- serve.`,
    }
  return {
    title: 'HRM Lab could not open',
    text: `This is a mistake in HRM Lab. Nothing that was recorded is lost.\n\n${thrown.stack ?? thrown.message}`,
  }
}
