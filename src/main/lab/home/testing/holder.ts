/** A process that holds the lab, says so, and lets it go with word that it lies in the folder given. */
import { writeSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { Lab } from '../../lab'
import { writeLocation } from '../location'

const lab = Lab.open()
writeSync(1, 'held')
await setTimeout(100)
writeLocation({ home: process.argv[2]!, former: [] })
lab.close()
