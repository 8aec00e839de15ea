import { formatCount, formatPercent } from '../../../../shared/charts/format'
import {
  agreementSentence,
  mcNemarSentence,
  seedSentence,
  type PairNames,
} from '../../../../shared/compare/disagreement-words'
import type { DisagreementView } from '../../../../shared/contract/disagreement'
import type { ExportedDataSet } from '../data'
import type { Report, ReportGrid, ReportImage, ReportPair } from './collect'
import type { Html } from './html'
import { html, name, number, table, type Part } from './html'
import { firstOnly, letterAndName, type Section } from './section'

/** Pixels of an image's longer side at most, where that is a whole number of times its own. */
const SIDE = 96

/** On which test images the first run errs and each other one does not, and whether that could be chance. */
export function disagreementSection(report: Report): Section | null {
  const { pairs } = report
  if (pairs.length === 0) return null
  return {
    id: 'disagreement',
    title: 'Disagreement',
    body: html`<p class="quiet">The same test images, after the last epoch of each run.</p>
      ${firstOnly(report)}
      ${pairs.map(pairPart)}${
        pairs.length > 1 && html`<p class="quiet">Each test stands for itself: none is corrected for their number.</p>`
      }`,
  }
}

function pairPart({ a, b, seen, grids, noImages }: ReportPair): Html {
  const head = html`<h3>${letterAndName(a)} and ${letterAndName(b)}</h3>`
  if ('problem' in seen)
    return html`${head}
      <p>${seen.problem}</p>`
  const names: PairNames = [a.letter, b.letter]
  const { test, seeds } = seen.pair!
  const groups: PairNames = seeds.a.label === seeds.b.label ? names : [seeds.a.label, seeds.b.label]
  return html`${head}
    <p>${mcNemarSentence(test, names)}</p>
    <p>${agreementSentence(seen.pair!, seen.images, names)}</p>
    <p>${seedSentence(seeds, groups)}</p>
    ${countTable(seen, names)}
    ${noImages !== null && html`<p class="quiet">${noImages}</p>`}${grids.map((grid) => gridPart(grid, names, a.made.dataSet))}`
}

/** Right and wrong of both, as images of the test part. */
function countTable(seen: DisagreementView, [a, b]: PairNames): Html {
  const of = (wrong: string): Part => {
    const images = seen.patterns.find((pattern) => pattern.wrong === wrong)?.images ?? 0
    return html`${number(images, formatCount(images))}<small
        >${formatPercent(seen.images === 0 ? null : images / seen.images)}</small
      >`
  }
  const rows = [
    [`${a} right`, of('00'), of('01')],
    [`${a} wrong`, of('10'), of('11')],
  ]
  return table(`Test images that ${a} and ${b} get right and wrong`, ['Images', `${b} right`, `${b} wrong`], rows, [
    'left',
    'right',
    'right',
  ])
}

function gridPart({ wrong, total, images }: ReportGrid, [a, b]: PairNames, data: ExportedDataSet): Html {
  const title = wrong === '11' ? `Both ${a} and ${b} wrong` : `Only ${wrong === '10' ? a : b} wrong`
  const few = images.length < total ? `, the ${images.length} of which ${wrong === '01' ? b : a} was surest` : ''
  return html`<h4>${title}: ${formatCount(total)} ${total === 1 ? 'image' : 'images'}${few}</h4>
    ${
      images.length > 0 &&
      html`<ul class="images">
        ${images.map((image) => imageItem(image, [a, b], data))}
      </ul>`
    }`
}

/** An image with its true class and both answers; a wrong one is bold, and its mark says so. */
function imageItem(image: ReportImage, [a, b]: PairNames, { classes, width, height }: ExportedDataSet): Html {
  const { png, source, id, truth } = image
  const answer = (letter: string, predicted: number): Part => {
    const right = predicted === truth
    return html`<br />${letter}
      <span class="${right ? 'right' : 'wrong'}">${right ? '✓' : '✗'} ${name(classes[predicted] ?? '?')}</span>`
  }
  const place = source === '' ? `image ${id}` : source
  const alt = `Test image of class ${classes[truth] ?? '?'}`
  const factor = Math.max(1, Math.floor(SIDE / Math.max(width, height)))
  // Base64 alone needs no escapes.
  const address = `data:image/png;base64,${Buffer.from(png).toString('base64')}`
  return html`<li>
    <img src="${address}" alt="${alt}" title="${place}" width="${width * factor}" height="${height * factor}" />T
    <b>${name(classes[truth] ?? '?')}</b>${answer(a, image.a)}${answer(b, image.b)}
  </li>`
}
