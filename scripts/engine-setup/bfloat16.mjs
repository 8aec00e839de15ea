/** Whether this machine has instructions for bfloat16 numbers. Where they are slower than float32's, the self-test's rates say so. */
import { readFileSync } from 'node:fs'

/** Such instructions (Intel since Cooper Lake, AMD since Zen 4), as Linux names them. */
const INSTRUCTIONS = ['avx512_bf16', 'amx_bf16']

/**
 * Why bfloat16 cannot be used here; null where it can.
 * @param {'cpu' | 'cuda'} kind of the engine
 * @param {() => string} [readCpuInfo] text of /proc/cpuinfo
 * @returns {string | null} a sentence
 */
export function bfloat16Problem(kind, readCpuInfo = () => readFileSync('/proc/cpuinfo', 'utf8')) {
  if (kind === 'cuda') return 'bfloat16 was not tried on a GPU yet.'
  let text
  try {
    text = readCpuInfo()
  } catch {
    return 'Whether this processor has bfloat16 instructions can only be told on Linux.'
  }
  const flags = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(text)?.[1]?.split(/\s+/) ?? []
  return INSTRUCTIONS.some((name) => flags.includes(name))
    ? null
    : 'This processor has no bfloat16 instructions: it would compute them slower than float32.'
}
