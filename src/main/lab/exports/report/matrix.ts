import { divergingPalette, divergingStep, DIVERGING_STEPS } from '../../../../shared/charts/diverging'
import { readableOn, sequentialColor, themes, type ThemeName } from '../../../../shared/charts/theme'
import type { Html } from './html'
import { html, name } from './html'

/** Colours of each map that the page's style sheet has, the first for nothing; of the diverging one the middle. */
const STEPS = 33
const MIDDLE = (STEPS - 1) / 2

/** Up to so many classes a matrix is a table of numbers; more are drawn. */
export const MOST_TABLED = 20

/** A matrix to be shown: rows are true classes. */
export interface ShownMatrix {
  readonly classes: readonly string[]
  /** Class of colour of each cell, row by row. */
  readonly shades: readonly string[]
  /** What stands in each cell, and the number behind it. */
  readonly cell: (at: number) => { readonly text: string; readonly value: number }
  /** What is to be seen, for who cannot see it. */
  readonly summary: string
  /** Which map it is coloured by, and what its ends stand for. */
  readonly key: { readonly map: 'v' | 'd'; readonly low: string; readonly high: string }
}

/** Colour of a share 0 … 1; only 0 is nothing. */
export const shadeOf = (share: number): string =>
  `v${share > 0 ? Math.max(1, Math.round(Math.min(1, share) * (STEPS - 1))) : 0}`

/** Colour of a difference; only 0 is neutral. @param most the largest size among all */
export function divergingShade(value: number, most: number): string {
  const step = divergingStep(value, most)
  const half = (DIVERGING_STEPS - 1) / 2
  const reach = Math.ceil((Math.abs(step - half) / half) * MIDDLE)
  return `d${step < half ? MIDDLE - reach : MIDDLE + reach}`
}

/** The style sheet's rules for both maps in a theme. */
export function styleOfShades(theme: ThemeName): string {
  const palette = divergingPalette(themes[theme])
  return Array.from({ length: STEPS }, (_, step) => {
    const share = sequentialColor(themes[theme], step / (STEPS - 1))
    const difference = palette[Math.round((step / (STEPS - 1)) * (DIVERGING_STEPS - 1))]!
    return rule(`v${step}`, share) + rule(`d${step}`, difference)
  }).join('')
}

const rule = (name: string, color: string): string =>
  `.${name}{background:${color};color:${readableOn(color)};fill:${color}}`

/** The matrix as a table of numbers, or, of many classes, as a drawing. */
export const matrixFigure = (matrix: ShownMatrix): Html =>
  matrix.classes.length <= MOST_TABLED ? matrixTable(matrix) : matrixDrawing(matrix)

function matrixTable({ classes, shades, cell, summary }: ShownMatrix): Html {
  const k = classes.length
  return html`<div class="wide" tabindex="0" role="group" aria-label="${summary}">
    <table class="matrix">
      <caption class="unseen">
        ${summary} Rows: true class; columns: predicted class.
      </caption>
      <thead>
        <tr>
          <td class="corner">true \\ predicted</td>
          ${classes.map((one) => html`<th scope="col">${name(one)}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${classes.map(
          (one, row) =>
            html`<tr>
              <th scope="row">${name(one)}</th>
              ${classes.map((_, column) => {
                const at = row * k + column
                const { text, value } = cell(at)
                return html`<td class="${shades[at]!}"><data value="${String(value)}">${text}</data></td>`
              })}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`
}

/** One path for each colour: a matrix of a thousand classes stays small, and empty cells take nothing. */
function matrixDrawing({ classes, shades, summary, key }: ShownMatrix): Html {
  const k = classes.length
  const paths = new Map<string, string>()
  shades.forEach((shade, at) => {
    if (shade === 'v0' || shade === `d${MIDDLE}`) return
    paths.set(shade, `${paths.get(shade) ?? ''}M${at % k} ${Math.floor(at / k)}h1v1h-1z`)
  })
  return html`<svg
      class="drawn"
      viewBox="-0.5 -0.5 ${k + 1} ${k + 1}"
      role="img"
      aria-label="${summary}"
      shape-rendering="crispEdges"
    >
      <path class="frame" d="M0 0h${k}v${k}h-${k}z" />
      ${[...paths].map(([shade, path]) => html`<path class="${shade}" d="${path}" />`)}
    </svg>
    <p class="quiet key">${key.low} <span aria-hidden="true">${colourKey(key.map)}</span> ${key.high}</p>
    <p class="quiet">
      Rows: true class, columns: predicted class, both in the order of their labels from the top left.
    </p>`
}

/** Every fourth colour of a map, from its low end to its high one. */
const colourKey = (map: 'v' | 'd'): Html[] =>
  Array.from({ length: (STEPS - 1) / 4 + 1 }, (_, i) => html`<i class="${map}${4 * i}"></i>`)
