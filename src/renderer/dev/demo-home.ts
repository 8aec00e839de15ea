import type { LabEvent } from '../../shared/contract/events'
import type { HomeProgress } from '../../shared/contract/home'
import type { FakeAnswers } from '../transport/fake'

const GIB = 2 ** 30

/** A folder that can be moved: copied within some seconds. */
export function homeAnswers(emit: (...events: LabEvent[]) => void): FakeAnswers {
  let folder = '~/.local/share/hrm-lab'
  let former: { folder: string; moved: string; bytes: number }[] = []
  let moving: HomeProgress | null = null
  const total = 3.4 * GIB
  const copy = async (to: string): Promise<void> => {
    moving = { to, phase: 'copying', done: 0, total, cancelling: false }
    for (; moving.done < total && !moving.cancelling; moving = { ...moving, done: moving.done + GIB / 8 }) {
      emit({ kind: 'home-progress', progress: moving })
      await new Promise((resolve) => setTimeout(resolve, 150))
    }
    const cancelled = moving.cancelling
    moving = null
    const refusal = {
      ok: false,
      cancelled,
      message: 'The lab was not moved.',
      hint: `It is whole: ${folder}.`,
    } as const
    emit(
      { kind: 'home-end', outcome: cancelled ? refusal : { ok: true, folder: to, former: folder } },
      { kind: 'home' },
    )
    if (cancelled) return
    former = [...former, { folder, moved: new Date().toISOString(), bytes: total }]
    folder = to
  }
  const forget = (gone: string): void => {
    former = former.filter((one) => one.folder !== gone)
    emit({ kind: 'home' })
  }
  return {
    'home.describe': () => ({ folder, fixedBy: null, bytes: total, free: 212 * GIB, former, moving }),
    'home.check': ({ to }) => ({ folder: to, bytes: total, free: 212 * GIB }),
    'home.move': ({ to }) => (void copy(to), null),
    'home.cancel': () => {
      if (moving) moving = { ...moving, cancelling: true }
      return null
    },
    'home.removeFormer': ({ folder: gone }) => (forget(gone), { bytes: total }),
    'home.forgetFormer': ({ folder: gone }) => (forget(gone), null),
  }
}
