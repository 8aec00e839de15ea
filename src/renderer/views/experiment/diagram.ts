import type { Configuration } from '../../../shared/experiment/configuration'
import type { InputShape } from '../../../shared/experiment/family'
import { cnnDiagram } from './diagram-cnn'
import { recurrentDiagram } from './diagram-recurrent'
import type { Diagram } from './diagram-shapes'

/** Draws a model for images of `input`. The configuration must be one that can be built. */
export const diagramOf = (model: Configuration['model'], input: InputShape): Diagram =>
  model.family === 'cnn' ? cnnDiagram(model, input) : recurrentDiagram(model, input)
