import { formatCount } from '../../../../shared/charts/format'
import { packageInfo } from '../../package-root'
import type { Report } from './collect'
import { confusionSection, differenceSection } from './confusion-sections'
import { curvesSection } from './curves-section'
import { disagreementSection } from './disagreement-section'
import { html, Html, name } from './html'
import { notesSection, resultsSection, runsSection, settingsSection } from './run-sections'
import { counted } from './section'
import { styleSheet } from './style'

/** Nothing may run in the page or be fetched by it, whatever stands in it. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"

/**
 * The report as one page that needs nothing but itself: no script, no address it would fetch, its style and pictures within.
 * The same runs give the same bytes.
 */
export function reportPage(report: Report): string {
  const { runs } = report
  const sections = [
    runsSection(report),
    resultsSection(report),
    curvesSection(report),
    settingsSection(report),
    confusionSection(report),
    differenceSection(report),
    disagreementSection(report),
    notesSection(report),
  ].filter((section) => section !== null)
  const { version } = packageInfo()
  const numbers = runs.map(({ compared }) => compared.run.number).join(' ')
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${POLICY}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="generator" content="HRM Lab ${version}" />
        <title>${titleText(report)}</title>
        <style>
          ${new Html(styleSheet(runs.length))}
        </style>
      </head>
      <body>
        <header>
          <h1>${title(report)}</h1>
          <p class="quiet">${subtitle(report)}</p>
          <nav aria-label="Parts of the report">
            <ul>
              ${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}
            </ul>
          </nav>
        </header>
        <main>
          ${sections.map(
            ({ id, title, body }) =>
              html`<section aria-labelledby="${id}">
                <h2 id="${id}">${title}</h2>
                ${body}
              </section> `,
          )}
        </main>
        <footer>
          <p>
            Made by HRM Lab ${version} from its own records:
            <code>hrm-lab compare ${numbers} --report report.html</code>. Numbers are rounded for reading; each holds
            its full value in the page’s source (<code>data value</code>).
          </p>
        </footer>
      </body>
    </html> `
  return page.text
}

/** One or two runs by their names, more by their number. */
function title({ runs }: Report): Html {
  const names = runs.map(({ compared: { run } }) => html`${name(run.name)} #${run.number}`)
  if (runs.length > 2) return html`${runs.length} runs compared`
  return runs.length === 2 ? html`${names[0]!} and ${names[1]!}` : html`${names[0]!}`
}

/** The same for the window's or the tab's title, which knows no markup. */
function titleText({ runs }: Report): string {
  if (runs.length > 2) return `${runs.length} runs compared`
  return runs.map(({ compared: { run } }) => `${run.name} #${run.number}`).join(' and ')
}

function subtitle({ runs }: Report): Html {
  const data = [...new Map(runs.map(({ made }) => [made.dataSet.hash, made.dataSet])).values()]
  const said = data
    .slice(0, 4)
    .map(({ name: called, classes, images }, i) => [
      i > 0 && '; ',
      html`${name(called)}: ${counted(classes.length, 'class', 'classes')}, ${formatCount(images.train)} training and
      ${formatCount(images.test)} test images`,
    ])
  return html`${runs.length > 1 ? 'Comparison' : 'Report'} of ${counted(runs.length, 'run')} on
  ${said}${data.length > 4 && '; and other data'}.`
}
