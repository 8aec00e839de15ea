/**
 * The engine process: trains, evaluates, classifies. The lab starts it (main/lab/engine/supervisor.ts) and speaks
 * protocol.ts with it; it opens no window, no database and no network connection.
 */
import { loadBackend } from './backends/load'
import { createLearner } from './models/registry'
import { Engine } from './process/engine'
import { openPort } from './process/port'
import { verifyVectors } from './training/vectors'

/** Exit code after a defect that nobody caught; what happened is on stderr. */
const CRASHED = 70

for (const event of ['uncaughtException', 'unhandledRejection'] as const)
  process.on(event, (error: unknown) => {
    console.error(error)
    process.exit(CRASHED)
  })
// Ctrl-C in a terminal reaches every process of the group: the lab decides what it means, and halts the training in order.
process.on('SIGINT', () => undefined)

new Engine(openPort(), { loadBackend, createLearner, verifyVectors }, (code) => process.exit(code)).listen()
