import type { TrainingConfiguration } from './configuration'
import type { RuleBreak } from './family'

/** Rules between fields of a training, which its schema cannot say, that it breaks. */
export function checkTraining({ mode, precision }: Pick<TrainingConfiguration, 'mode' | 'precision'>): RuleBreak[] {
  if (precision === 'bfloat16' && mode === 'eager')
    return [
      {
        path: ['training', 'precision'],
        rule: 'bfloat16 needs a step that is recorded: choose the mode auto, graph or xla, or float32',
      },
    ]
  return []
}
