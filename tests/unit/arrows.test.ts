import { ESLint } from 'eslint'
import { describe, expect, it } from 'vitest'

/** The project's own lint, asked about files that need not exist. */
const eslint = new ESLint({ cwd: process.cwd() })

/** Messages of the arrows' rule for `code`, as if it stood in `filePath`. */
async function refusals(filePath: string, code: string): Promise<string[]> {
  const text = filePath.endsWith('.svelte') ? `<script lang="ts">\n${code}\n</script>\n` : `${code}\n`
  const [result] = await eslint.lintText(text, { filePath })
  expect(result!.messages.filter((m) => m.fatal)).toEqual([])
  return result!.messages.filter((m) => m.ruleId === 'arrows/imports').map((m) => m.message)
}

/** [importing file, import, part of the message] */
const forbidden: [string, string, string][] = [
  ['src/renderer/main.ts', `import { openLab } from '../main/lab/lab'`, 'contract only'],
  ['src/renderer/views/Runs.svelte', `import { openLab } from '../../main/lab/lab'`, 'contract only'],
  ['src/renderer/state.svelte.ts', `import { openLab } from '../main/lab/lab'`, 'contract only'],
  ['src/renderer/main.ts', `import fs from 'fs'`, 'no Node'],
  ['src/renderer/main.ts', `import x from '../preload/index'`, 'contract only'],
  ['src/preload/index.ts', `import { openLab } from '../main/lab/lab'`, 'passes the contract on'],
  ['src/preload/index.ts', `import path from 'node:path'`, 'no Node'],
  ['src/shared/x.ts', `import fs from 'node:fs'`, 'zod and types only'],
  ['src/shared/x.ts', `import fs from 'fs'`, 'zod and types only'],
  ['src/shared/x.ts', `import { Chart } from 'chart.js'`, 'zod and types only'],
  ['src/shared/x.ts', `import type { Tensor } from '@tensorflow/tfjs-core'`, 'engine process'],
  ['src/shared/x.ts', `import { openLab } from '../main/lab/lab'`, 'imports nobody'],
  ['src/shared/x.ts', `export * from '../main/lab/lab'`, 'imports nobody'],
  ['src/shared/x.ts', `export { openLab } from '../main/lab/lab'`, 'imports nobody'],
  ['src/shared/x.ts', `type Lab = import('../main/lab/lab').Lab`, 'imports nobody'],
  ['src/main/cli/x.ts', `import { openStore } from '../store/store'`, 'through the lab'],
  ['src/main/cli/x.ts', `const store = await import('../store/store')`, 'through the lab'],
  ['src/main/cli/x.ts', `import type { Store } from '../store/store'`, 'through the lab'],
  ['src/main/cli/x.ts', `import { serve } from '../server/index'`, 'through the lab'],
  ['src/main/server/x.ts', `import { openStore } from '../store/store'`, 'through the lab'],
  ['src/main/shell/x.ts', `import { openStore } from '../store/store'`, 'through the lab'],
  ['src/main/index.ts', `import { openStore } from './store/store'`, 'boots the lab'],
  ['src/main/lab/x.ts', `import { train } from '../engine/training/loop'`, 'types of its protocol only'],
  ['src/main/lab/x.ts', `import type { Learner } from '../engine/training/learner'`, 'types of its protocol only'],
  ['src/main/lab/x.ts', `import { kinds } from '../engine/protocol'`, 'Write “import type”'],
  ['src/main/lab/x.ts', `import { type EngineInfo } from '../engine/protocol'`, 'Write “import type”'],
  ['src/main/lab/runs/x.ts', `import { run } from '../../cli/index'`, 'knows no shell'],
  ['src/main/engine/x.ts', `import { openLab } from '../lab/lab'`, 'process of its own'],
  [
    'src/main/engine/x.ts',
    `import { setUpEngine } from '../../../scripts/engine-setup/index.mjs'`,
    'process of its own',
  ],
  ['src/main/store/x.ts', `import { openLab } from '../lab/lab'`, 'knows rows'],
  ['src/main/store/x.ts', `import type { StepColumns } from '../engine/protocol'`, 'knows rows'],
  ['src/main/lab/x.ts', `import { app } from 'electron'`, 'Electron is behind'],
  ['src/renderer/main.ts', `import { ipcRenderer } from 'electron'`, 'Electron is behind'],
  ['src/main/lab/x.ts', `import Database from 'better-sqlite3'`, 'SQLite is behind'],
  ['src/main/lab/x.ts', `const Database = require('better-sqlite3')`, 'SQLite is behind'],
  ['src/main/lab/x.ts', `import * as tf from '@tensorflow/tfjs-core'`, 'engine process'],
  ['src/main/engine/models/x.ts', `import * as tf from '@tensorflow/tfjs-core'`, 'behind engine/backends'],
  ['src/main/engine/models/x.ts', `import * as tf from '@tensorflow/tfjs-node-gpu'`, 'behind engine/backends'],
  ['src/helpers/x.ts', `import { z } from 'zod'`, 'belongs to no part'],
  ['scripts/start.mjs', `import { z } from 'zod'`, 'before anything is installed'],
  ['scripts/start.mjs', `import { openLab } from '../src/main/lab/lab'`, 'before anything is installed'],
]

const allowed: [string, string][] = [
  ['src/renderer/App.svelte', `import { presets } from '../shared/experiment/presets'`],
  ['src/renderer/main.ts', `import { mount } from 'svelte'`],
  ['src/preload/index.ts', `import { contextBridge } from 'electron'`],
  ['src/shared/x.ts', `import { z } from 'zod'`],
  ['src/shared/x.ts', `import type { ChartConfiguration } from 'chart.js'`],
  ['src/shared/charts/x.ts', `import { presets } from '../experiment/presets'`],
  ['src/main/cli/x.ts', `import { openLab } from '../lab/lab'`],
  ['src/main/cli/commands/serve.ts', `import { startServer } from '../../server/server'`],
  ['src/main/lab/x.ts', `import { openStore } from '../store/store'`],
  ['src/main/lab/engine/x.ts', `import type { EngineInfo } from '../../engine/protocol'`],
  ['src/main/lab/engine/x.ts', `type Info = import('../../engine/protocol').EngineInfo`],
  ['src/main/lab/engine/x.ts', `import { setUpEngine } from '../../../../scripts/engine-setup/index.mjs'`],
  ['src/main/lab/x.ts', `import sharp from 'sharp'`],
  ['src/main/store/x.ts', `import Database from 'better-sqlite3'`],
  ['src/main/engine/models/x.ts', `import type * as tf from '@tensorflow/tfjs-core'`],
  ['src/main/engine/models/x.ts', `import { tf } from '../backends/tf'`],
  ['src/main/engine/backends/x.ts', `import * as tf from '@tensorflow/tfjs-node-gpu'`],
  ['src/main/shell/x.ts', `import { BrowserWindow } from 'electron'`],
  ['src/main/index.ts', `import { openWindow } from './shell/window'`],
  ['scripts/start.mjs', `import { setUpEngine } from './engine-setup/index.mjs'`],
  ['src/main/lab/x.test.ts', `import { run } from '../cli/index'`],
]

describe('an import against the arrows fails the lint', () => {
  it.each(forbidden)('%s: %s', async (file, code, reason) => {
    expect(await refusals(file, code)).toEqual([expect.stringContaining(reason)])
  })
})

describe('an import along the arrows passes', () => {
  it.each(allowed)('%s: %s', async (file, code) => {
    expect(await refusals(file, code)).toEqual([])
  })
})
