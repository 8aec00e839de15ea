import { html, type Html, name } from './html'
import { lineSample } from './line-figure'
import { MOST_SHOWN, type Report, type ReportRun } from './collect'

/** A part of the page; its id is what links lead to. */
export interface Section {
  readonly id: string
  readonly title: string
  readonly body: Html
}

/** A run as every part of the page calls it: its line, letter, name and number. */
export const runName = (run: ReportRun, place: number): Html => html`${lineSample(place)}${letterAndName(run)}`

/** The same without its line. */
export const letterAndName = ({ letter, compared: { run } }: ReportRun): Html =>
  html`<b class="letter">${letter}</b> ${name(run.name)} #${run.number}`

/** Says which runs are left out of a part that shows only the first; nothing when none is. */
export const firstOnly = ({ runs }: Report): Html | null =>
  runs.length > MOST_SHOWN
    ? html`<p class="quiet">Of ${runs.length} runs the first ${MOST_SHOWN} are shown here.</p>`
    : null

/** How often something is, in words. */
export const counted = (count: number, one: string, more = `${one}s`): string => `${count} ${count === 1 ? one : more}`
