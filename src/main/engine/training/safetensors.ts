/** Safetensors files: read, and written whole or not at all. Their bytes: shared/tensors/safetensors. */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { LabError } from '../../../shared/errors'
import {
  decodeSafetensors,
  encodeSafetensors,
  type NamedTensor,
  type SafetensorsContent,
} from '../../../shared/tensors/safetensors'

/**
 * Writes the tensors, whole or not at all: temporary name, fsync, rename.
 * @returns bytes written
 * @throws LabError when the disk refuses
 */
export function writeSafetensors(
  file: string,
  tensors: readonly NamedTensor[],
  metadata: Readonly<Record<string, string>> = {},
): number {
  const bytes = encodeSafetensors(tensors, metadata)
  try {
    mkdirSync(dirname(file), { recursive: true })
    writeWhole(file, bytes)
  } catch (error) {
    throw new LabError(
      'storage',
      `${file} could not be written: ${(error as Error).message}.`,
      'Make room on the disk or allow writing there.',
      { cause: error },
    )
  }
  return bytes.byteLength
}

function writeWhole(file: string, bytes: Uint8Array): void {
  const part = `${file}.part`
  const descriptor = openSync(part, 'w')
  try {
    try {
      for (let done = 0; done < bytes.byteLength;) done += writeSync(descriptor, bytes, done)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(part, file)
  } catch (error) {
    rmSync(part, { force: true })
    throw error
  }
  syncFolder(dirname(file))
}

/** Makes the rename itself durable, where the system can (not on Windows). */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/**
 * Reads a whole file. The tensors keep their order in the file's header.
 * @throws LabError when the file is missing, damaged, or holds another number type than F32 and I32
 */
export function readSafetensors(file: string): SafetensorsContent {
  let bytes: Buffer
  try {
    bytes = readFileSync(file)
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    throw new LabError(
      missing ? 'not-found' : 'storage',
      `${file} cannot be read: ${missing ? 'it is not there' : (error as Error).message}.`,
      'Check the path.',
      { cause: error },
    )
  }
  return decodeSafetensors(bytes, file)
}
