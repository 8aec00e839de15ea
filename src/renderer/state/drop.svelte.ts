import type { LabWindow } from '../../shared/contract/window'
import { isBundle } from '../../shared/exports/bundle'
import { describeClassify, describeDrag, isLoneImage } from './drop-description'
import type { DragData, DropDescription } from './drop-description'
import { chosenFiles, entriesOf, pickFiles, walkEntries } from './drop-files'
import type { FoundFiles } from './drop-files'
import { commonPlace } from './drop-paths'
import type { Lab } from './lab.svelte'
import { Upload } from './upload.svelte'

/** What the preload script offers about files; a browser has nothing of it and sends files to the lab instead. */
export type FileBridge = Pick<LabWindow, 'pathOf' | 'chooseFolder' | 'chooseFile'>

/** The preload script's part about files, where this window has one. */
export function fileBridge(): FileBridge | null {
  const lab = typeof window === 'undefined' ? undefined : window.lab
  return lab && 'pathOf' in lab ? lab : null
}

/** The parts of drag events that are used. */
type DropEvent = Pick<DragEvent, 'preventDefault' | 'target'> & { readonly dataTransfer: DataTransfer | null }

/**
 * Drops on the window, and files chosen by its buttons: they lead to the import sheet, one image on a run's page to its
 * classes; a run's bundle is taken in.
 */
export class Drop {
  /** What a drop would do, while something hovers over the window. */
  over = $state.raw<DropDescription | null>(null)
  /** Files found so far in what was dropped, while folders are read. */
  reading = $state<number | null>(null)
  readonly #lab: Lab
  readonly #bridge: FileBridge | null
  #own = false
  #walk: AbortController | null = null

  constructor(lab: Lab, bridge: FileBridge | null = fileBridge()) {
    this.#lab = lab
    this.#bridge = bridge
  }

  /** Takes drops anywhere in the window. @returns how to stop */
  start(target: EventTarget): () => void {
    const listeners: [string, (event: DragEvent) => void][] = [
      // What is dragged within the window (a queued run, an image of it) is no import.
      ['dragstart', () => (this.#own = true)],
      ['dragend', () => (this.#own = false)],
      ['dragenter', (event) => this.hover(event)],
      ['dragover', (event) => this.hover(event)],
      ['dragleave', (event) => (event.relatedTarget === null ? (this.over = null) : undefined)],
      ['drop', (event) => this.dropped(event)],
    ]
    for (const [name, listener] of listeners) target.addEventListener(name, listener as EventListener)
    return () => {
      for (const [name, listener] of listeners) target.removeEventListener(name, listener as EventListener)
    }
  }

  /** Something is dragged over the window. */
  hover(event: DropEvent): void {
    const { dataTransfer } = event
    if (!dataTransfer || this.#notOurs(event, dataTransfer)) return
    event.preventDefault()
    const description = this.#describe(dataTransfer)
    dataTransfer.dropEffect = 'copy'
    // Many of these come each second; the same words are not set anew.
    if (description.title !== this.over?.title || description.detail !== this.over.detail) this.over = description
  }

  /** The button was released. */
  dropped(event: DropEvent): void {
    const { dataTransfer } = event
    this.over = null
    if (!dataTransfer || this.#notOurs(event, dataTransfer)) return void (this.#own = false)
    event.preventDefault()
    const { usable, title, detail } = this.#describe(dataTransfer)
    if (!usable) return void this.#lab.messages.tell(`${title}. ${detail}`)
    const { classify } = this.#lab
    const [file] = dataTransfer.files
    const entries = entriesOf(dataTransfer.items)
    // A folder may be called 'cats.png', which only its entry tells.
    const image = file && isLoneImage(dataTransfer) && entries[0]?.isFile !== false
    if (classify.offered && image) return void classify.take(classify.offered.id, file)
    classify.close()
    const paths = this.#paths([...dataTransfer.files])
    if (paths.length > 0) return void this.#takePaths(paths)
    const name = entries.length === 1 ? entries[0]!.name : `${entries.length} dropped items`
    void this.#read(name, (found, signal) => walkEntries(entries, found, signal))
  }

  /** Asks for a folder or a file with the system's dialog. Must come from a key or a click: browsers want that. */
  async choose(kind: 'folder' | 'file'): Promise<void> {
    const bridge = this.#bridge
    if (!bridge) return this.chosen(await pickFiles(kind))
    await this.#lab.messages.attempt(`Choosing a ${kind}`, async () => {
      const path = await (kind === 'folder' ? bridge.chooseFolder('import') : bridge.chooseFile())
      if (path !== null) void this.#takePaths([path])
    })
  }

  /** A run's bundle is taken in; all else is looked at as a data set. */
  #takePaths(paths: readonly string[]): Promise<void> {
    const [first] = paths
    return paths.length === 1 && isBundle(first!)
      ? this.#lab.bundles.take(first!)
      : this.#lab.imports.take(commonPlace(paths))
  }

  /** Files that the browser's dialog gave: they are sent to the lab. */
  chosen(list: readonly File[]): void {
    const [first] = list
    if (!first) return
    const top = first.webkitRelativePath.split('/')[0] || (list.length === 1 ? first.name : `${list.length} files`)
    void this.#read(top, () => Promise.resolve(chosenFiles(list)))
  }

  /** Ends the reading of dropped folders. */
  stopReading(): void {
    this.#walk?.abort()
  }

  async #read(
    name: string,
    walk: (onFound: (count: number) => void, signal: AbortSignal) => Promise<FoundFiles>,
  ): Promise<void> {
    this.#walk?.abort()
    const controller = new AbortController()
    this.#walk = controller
    this.reading = 0
    try {
      const found = await walk((count) => {
        if (this.#walk === controller) this.reading = count
      }, controller.signal)
      if (controller.signal.aborted) return
      if (found.files.length === 0) return void this.#lab.messages.tell(nothingIn(name, found))
      const upload = new Upload(name, found)
      if (found.files.length === 1 && isBundle(found.files[0]!.path)) void this.#lab.bundles.send(upload)
      else void this.#lab.imports.take({ upload })
    } catch (error) {
      if (!controller.signal.aborted) this.#lab.messages.fail(`Reading ${name}`, error)
    } finally {
      if (this.#walk === controller) {
        this.#walk = null
        this.reading = null
      }
    }
  }

  #describe(data: DragData): DropDescription {
    const run = this.#lab.classify.offered
    if (run && isLoneImage(data)) return describeClassify(run)
    if (this.#lab.imports.draft?.stage !== 'sending' || !data.types.includes('Files')) return describeDrag(data)
    return {
      usable: false,
      title: 'An upload is going on',
      detail: `${this.#lab.imports.draft.title} is being sent. Wait for its end or cancel it, then drop again.`,
    }
  }

  /** Paths of files, where this window can tell them. */
  #paths(files: readonly File[]): string[] {
    const bridge = this.#bridge
    return bridge ? files.map((file) => bridge.pathOf(file)).filter((path) => path !== '') : []
  }

  /** A drag that began in this window, or text on its way into a text field. */
  #notOurs({ target }: DropEvent, { types }: DataTransfer): boolean {
    if (this.#own) return true
    const element = target !== null && 'closest' in target ? (target as Element) : null
    const field = Boolean(element?.closest('input, textarea, [contenteditable]'))
    return field && !types.includes('Files')
  }
}

function nothingIn(name: string, { unreadable: [first] }: FoundFiles): string {
  return first
    ? `Nothing of ${name} can be read: ${first.path}, ${first.reason}.`
    : `There are no files in ${name}. Drop a folder of images, a zip or data files.`
}
