import { RequestFailed } from '../transport/client'
import type { Failure } from '../../shared/contract/reply'

/** The server's part of an upload, one request each. @see src/main/server/upload-routes.ts */
export interface UploadClient {
  /** @returns the upload's id @throws RequestFailed */
  begin(): Promise<string>
  /**
   * Sends one file; `onSent` is told the bytes that left so far.
   * @throws RequestFailed: 'connection' when it was cut in the middle, else the server's refusal; the signal's reason
   */
  put(id: string, path: string, file: Blob, onSent: (bytes: number) => void, signal: AbortSignal): Promise<void>
  /** @returns the path to import @throws RequestFailed */
  finish(id: string): Promise<string>
  /** Cancels it, or removes what was uploaded. @throws RequestFailed */
  remove(id: string): Promise<void>
}

/** Uploads to the page's own server. */
export const uploadClient: UploadClient = {
  begin: async () => ((await ask('POST', 'upload/new')) as { upload: string }).upload,
  finish: async (id) => ((await ask('POST', `upload/${id}/done`)) as { path: string }).path,
  remove: async (id) => void (await ask('DELETE', `upload/${id}`)),
  put: (id, path, file, onSent, signal) => send(`upload/${id}/${addressOf(path)}`, file, onSent, signal),
}

/** A path as part of an address: its names stay apart, all else is escaped. */
const addressOf = (path: string): string => path.split('/').map(encodeURIComponent).join('/')

async function ask(method: string, address: string): Promise<unknown> {
  const answer = await fetch(address, { method }).catch((error: unknown) => {
    throw cut(`The lab’s server does not answer (${error instanceof Error ? error.message : String(error)}).`)
  })
  const body = await answer.text()
  if (!answer.ok) throw refused(answer.status, body)
  return body === '' ? null : JSON.parse(body)
}

/** XMLHttpRequest, since fetch does not tell how much was sent. */
function send(address: string, file: Blob, onSent: (bytes: number) => void, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error)
    const request = new XMLHttpRequest()
    const abort = (): void => request.abort()
    const settle = (how: () => void) => (): void => {
      signal.removeEventListener('abort', abort)
      how()
    }
    request.open('PUT', address)
    request.upload.onprogress = ({ loaded }) => onSent(loaded)
    request.onload = settle(() => {
      if (request.status < 300) resolve()
      else reject(refused(request.status, request.responseText))
    })
    request.onerror = settle(() => reject(cut('The connection to the lab’s server was cut.')))
    request.onabort = settle(() => reject(signal.reason as Error))
    signal.addEventListener('abort', abort)
    request.send(file)
  })
}

const cut = (message: string): RequestFailed =>
  new RequestFailed({
    kind: 'connection',
    message,
    hint: 'See that HRM Lab still runs, then send the rest.',
    details: null,
  })

/** The server's own failure where it sent one, else its status. */
function refused(status: number, body: string): RequestFailed {
  let sent: Partial<Failure> = {}
  try {
    sent = JSON.parse(body) as Partial<Failure>
  } catch {
    // A plain line: shown as it is.
  }
  return new RequestFailed({
    kind: sent.kind ?? 'refused',
    message: sent.message ?? `The lab’s server refused (${status}): ${body.slice(0, 200)}`,
    hint: sent.hint ?? null,
    details: sent.details ?? null,
  })
}
