/**
 * For tests: small wheels, a plan made of them, and harmless stand-ins for the compiler and the self-test. In plain
 * JavaScript, so that child processes that are killed can use it too.
 */
import { createHash } from 'node:crypto'
import { appendFileSync, chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32, deflateRawSync } from 'node:zlib'

/** @typedef {{name: string, content: Buffer, stored?: boolean, executable?: boolean}} Member */

/**
 * Writes a zip file.
 * @param {Member[]} members
 * @param {{zip64?: boolean}} [options] zip64: sizes, offsets and the directory's place stand in 64-bit records only
 * @returns {Buffer}
 */
export function makeZip(members, { zip64 = false } = {}) {
  /** @type {Buffer[]} */
  const parts = []
  /** @type {Buffer[]} */
  const directory = []
  let offset = 0
  for (const { name, content, stored = false, executable = false } of members) {
    const packed = stored ? content : deflateRawSync(content)
    const title = Buffer.from(name)
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    local.writeUInt16LE(stored ? 0 : 8, 8)
    local.writeUInt32LE(crc32(content), 14)
    local.writeUInt32LE(packed.length, 18)
    local.writeUInt32LE(content.length, 22)
    local.writeUInt16LE(title.length, 26)
    const record = Buffer.alloc(46)
    record.writeUInt32LE(0x02014b50, 0)
    record.writeUInt16LE(stored ? 0 : 8, 10)
    record.writeUInt32LE(crc32(content), 16)
    record.writeUInt32LE(zip64 ? 0xffffffff : packed.length, 20)
    record.writeUInt32LE(zip64 ? 0xffffffff : content.length, 24)
    record.writeUInt16LE(title.length, 28)
    record.writeUInt32LE(((executable ? 0o100755 : 0o100644) << 16) >>> 0, 38)
    record.writeUInt32LE(zip64 ? 0xffffffff : offset, 42)
    const extra = zip64 ? wide([content.length, packed.length, offset]) : Buffer.alloc(0)
    record.writeUInt16LE(extra.length, 30)
    directory.push(record, title, extra)
    parts.push(local, title, packed)
    offset += local.length + title.length + packed.length
  }
  return Buffer.concat([...parts, ...directory, ending(offset, Buffer.concat(directory).length, members.length, zip64)])
}

/** The zip64 extra field. @param {number[]} values */
function wide(values) {
  const field = Buffer.alloc(4 + 8 * values.length)
  field.writeUInt16LE(1, 0)
  field.writeUInt16LE(8 * values.length, 2)
  values.forEach((value, i) => field.writeBigUInt64LE(BigInt(value), 4 + 8 * i))
  return field
}

/** @param {number} start @param {number} length @param {number} count @param {boolean} zip64 */
function ending(start, length, count, zip64) {
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(count, 8)
  end.writeUInt16LE(count, 10)
  end.writeUInt32LE(zip64 ? 0xffffffff : length, 12)
  end.writeUInt32LE(zip64 ? 0xffffffff : start, 16)
  if (!zip64) return end
  const end64 = Buffer.alloc(56)
  end64.writeUInt32LE(0x06064b50, 0)
  end64.writeBigUInt64LE(BigInt(length), 40)
  end64.writeBigUInt64LE(BigInt(start), 48)
  const locator = Buffer.alloc(20)
  locator.writeUInt32LE(0x07064b50, 0)
  locator.writeBigUInt64LE(BigInt(start + length), 8)
  return Buffer.concat([end64, locator, end])
}

/**
 * Two small wheels in `folder`, and the plan that is made of them.
 * @param {string} folder
 * @returns {import('../recipe.mjs').EnginePlan}
 */
export function makePlan(folder) {
  mkdirSync(folder, { recursive: true })
  const library = Buffer.alloc(300_000, 'library ')
  const contents = {
    tensorflow: [
      { name: 'tensorflow/libtensorflow_cc.so.2', content: library },
      { name: 'tensorflow/include/tensorflow/c/c_api.h', content: Buffer.from('// header\n') },
      { name: 'tensorflow/python/not_wanted.py', content: Buffer.from('print()\n') },
    ],
    'nvidia-one': [
      { name: 'nvidia/one/lib/libone.so.12', content: Buffer.alloc(200_000, 'one ') },
      { name: 'nvidia/one/bin/tool', content: Buffer.from('#!/bin/sh\n'), executable: true },
    ],
  }
  const wheels = Object.entries(contents).map(([name, members]) => {
    const file = `${name.replaceAll('-', '_')}-1.0-py3-none-any.whl`
    const bytes = makeZip(members)
    // Renamed when whole: several processes make the same plan at once, and one may read what another writes.
    writeFileSync(join(folder, `${file}.${process.pid}`), bytes)
    renameSync(join(folder, `${file}.${process.pid}`), join(folder, file))
    return { name, version: '1.0', file, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
  })
  const take = ['tensorflow/libtensorflow_cc.so.2', 'tensorflow/include/tensorflow/c/**', 'nvidia/**']
  const libraries = ['tensorflow/libtensorflow_cc.so.2']
  return {
    kind: 'cpu',
    platform: 'linux-x64',
    tensorflow: '1.0',
    tfjs: '4.22.0',
    napi: 8,
    key: 'engine-under-test',
    recipe: { wheels, take, unpackedBytes: 500_020, libraries, libraryFolder: 'tensorflow' },
    compiler: { name: 'ziglang', version: '0', file: 'ziglang-0-py3-none-any.whl', bytes: 1, sha256: '0' },
  }
}

/**
 * Stand-ins that note in `log` that they ran: the compiler "links" by copying the library's first bytes.
 * @param {string} log
 * @returns {import('../install.mjs').Tools}
 */
export function fakeTools(log) {
  return {
    compile: async (_plan, folder) => {
      appendFileSync(log, 'compile\n')
      const library = readFileSync(join(folder, 'tensorflow', 'libtensorflow_cc.so.2'), 'latin1')
      writeFileSync(join(folder, 'tfjs_binding.node'), library.slice(0, 8))
      return 'fake compiler 1.0'
    },
    selfTest: async (binding) => {
      appendFileSync(log, 'self-test\n')
      if (readFileSync(binding, 'latin1') !== 'library ') throw new Error('linked against something else')
      return { gpu: false, size: 1, error: 0, gflops: 1, tensorflow: '1.0', gpuProblem: null }
    },
  }
}

/**
 * A `python3` whose pip takes wheels from a folder; returns the folder to put first on the PATH. It notes in
 * `bin/fetched` what it was asked for, and never ends a download whose name stands in `bin/stuck`.
 * @param {string} bin where to put it @param {string} index folder of wheels
 */
export function fakePython(bin, index) {
  mkdirSync(bin, { recursive: true })
  const script = `#!/bin/sh
[ "$3" = --version ] && exit 0
while [ $# -gt 1 ]; do [ "$1" = -d ] && target=$2; shift; done
name=\${1%%==*}
echo "$name" >> "${bin}/fetched"
file=$(ls "${index}" | grep "^$(echo "$name" | tr - _)-")
[ -n "$file" ] || { echo "ERROR: No matching distribution found for $1" >&2; exit 1; }
head -c 1000 "${index}/$file" > "$TMPDIR/half"
grep -qx "$name" "${bin}/stuck" 2>/dev/null && exec sleep 60
mv "$TMPDIR/half" "$target/$file" && cp "${index}/$file" "$target/$file"
`
  writeFileSync(join(bin, 'python3'), script)
  chmodSync(join(bin, 'python3'), 0o755)
  return bin
}

/** Lines of a text file, none where it is not there. @param {string} file */
export function linesOf(file) {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []
}
