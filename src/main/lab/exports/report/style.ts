import { themes, type ThemeName } from '../../../../shared/charts/theme'
import { styleOfRuns } from './line-figure'
import { styleOfShades } from './matrix'

/** Colours of a theme, by role. */
function colours(name: ThemeName): string {
  const { background, text, muted, line, grid, stripe, accent } = themes[name]
  const wait = name === 'light' ? '#8a5a00' : '#e2b35c'
  return `:root{color-scheme:${name};--ground:${background};--text:${text};--quiet:${muted};--line:${line};--grid:${grid};--stripe:${stripe};--accent:${accent};--wait:${wait}}`
}

/**
 * The page's one style sheet: light, dark where the system is, and always light on paper.
 * @param runs how many have a colour
 */
export const styleSheet = (runs: number): string =>
  [
    BASE,
    styleOfRuns(runs, null),
    colours('light') + styleOfRuns(runs, 'light') + styleOfShades('light'),
    `@media screen and (prefers-color-scheme:dark){${colours('dark')}${styleOfRuns(runs, 'dark')}${styleOfShades('dark')}}`,
    PRINT,
  ].join('\n')

const BASE = `
*{box-sizing:border-box}
html{font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--ground);color:var(--text);font-variant-numeric:tabular-nums}
main,header,footer{max-width:68rem;margin:0 auto;padding:0 1.5rem}
header{padding-top:2.5rem}
footer{padding-bottom:3rem;color:var(--quiet)}
h1{margin:0 0 .25rem;font-size:1.75rem;line-height:1.25;overflow-wrap:anywhere}
h2{margin:2.5rem 0 .75rem;padding-top:.75rem;font-size:1.2rem;border-top:1px solid var(--line)}
h3{margin:1.5rem 0 .5rem;font-size:1rem;overflow-wrap:anywhere}
h4{margin:1rem 0 .375rem;font-size:.9rem;font-weight:600}
p{max-width:46rem;margin:.5rem 0;overflow-wrap:anywhere}
a{color:var(--accent)}
code{font:.85em ui-monospace,"SF Mono",Menlo,Consolas,monospace;overflow-wrap:anywhere}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;margin:.75rem 0 0;padding:0;list-style:none}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.quiet{color:var(--quiet)}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.wide{max-width:100%;overflow-x:auto}
table{border-collapse:collapse;border-top:1.5px solid var(--text);border-bottom:1.5px solid var(--text);font-size:.87rem;line-height:1.4}
th,td{min-width:3rem;padding:.2rem 1.1rem .2rem 0;text-align:left;vertical-align:top;font-weight:400}
th:last-child,td:last-child{padding-right:0}
thead th{font-weight:600;border-bottom:1px solid var(--text);vertical-align:bottom}
tbody th{min-width:6rem;max-width:22rem;overflow-wrap:anywhere}
td{max-width:26rem;overflow-wrap:anywhere}
.roomy td:not(.n){min-width:6.5rem}
.n{text-align:right;white-space:nowrap}
.wrap{min-width:7rem}
.group th{padding-top:.7rem;font-weight:600}
.other{font-weight:600}
.member th{padding-left:1.25rem}
td small,th small{display:block;color:var(--quiet);font-size:.92em}
.letter{font-weight:600}
.sample{width:34px;height:12px;margin-right:.4rem;vertical-align:-1px;overflow:visible}
.legend{display:flex;flex-wrap:wrap;gap:.15rem 1.25rem;margin:.25rem 0 .5rem;padding:0;list-style:none;font-size:.87rem}
.legend li{overflow-wrap:anywhere}
figure{margin:1rem 0 1.5rem}
figcaption{max-width:46rem;margin-top:.375rem;color:var(--quiet);font-size:.87rem;overflow-wrap:anywhere}
.chart{display:block;width:100%;min-width:32rem;max-width:52rem;height:auto}
.chart text{fill:var(--quiet);font-size:12px}
.chart .label{fill:var(--text);font-size:12.5px}
.grid{stroke:var(--grid);fill:none}
.axis{stroke:var(--line);fill:none}
.line{fill:none;stroke:var(--run);stroke-width:1.8;stroke-linejoin:round}
.mark{fill:var(--run);stroke:var(--run);stroke-width:1.2}
details{margin:.25rem 0 1rem}
summary{width:max-content;max-width:100%;color:var(--accent);font-size:.87rem;cursor:pointer}
.note{max-width:46rem;margin:1rem 0;padding:.75rem 1rem;border:1px solid var(--wait);border-left-width:4px;border-radius:4px}
.note h3{margin:0 0 .25rem;color:var(--wait)}
.note ul{margin:0;padding-left:1.1rem;overflow-wrap:anywhere}
.matrix{width:auto;border:0;font-size:.8rem;line-height:1.2}
.matrix th,.matrix td{padding:.3rem .35rem;border:0;vertical-align:middle}
.matrix tbody td{min-width:2.5rem;text-align:right;white-space:nowrap;border:1px solid var(--ground);print-color-adjust:exact;-webkit-print-color-adjust:exact}
.matrix thead th{max-width:9rem;vertical-align:bottom;text-align:center;overflow-wrap:anywhere}
.matrix tbody th{min-width:0;max-width:12rem;text-align:right}
.matrix thead th{min-width:2.5rem}
.matrix thead th,.matrix tbody th{font-weight:600}
.matrix .corner{min-width:4.2rem;color:var(--quiet);text-align:right;vertical-align:bottom;overflow-wrap:normal}
.matrix .v0,.matrix .d16{color:var(--quiet)}
.drawn{display:block;width:100%;max-width:34rem;height:auto;print-color-adjust:exact;-webkit-print-color-adjust:exact}
.drawn .frame{fill:none;stroke:var(--line);stroke-width:1;vector-effect:non-scaling-stroke}
.key{display:flex;align-items:center;gap:.4rem;font-size:.87rem}
.key span{display:flex;border:1px solid var(--line)}
.key i{width:1.1rem;height:.8rem;print-color-adjust:exact;-webkit-print-color-adjust:exact}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,27rem),1fr));gap:0 2rem}
.cards>*{min-width:0}
.images{display:grid;grid-template-columns:repeat(6,minmax(0,1fr));gap:.75rem;margin:0 0 1rem;padding:0;list-style:none;font-size:.8rem;line-height:1.35}
.images li{min-width:0;overflow-wrap:anywhere}
.images img{display:block;box-sizing:content-box;max-width:100%;margin-bottom:.25rem;image-rendering:pixelated;border:1px solid var(--line);background:var(--stripe);print-color-adjust:exact;-webkit-print-color-adjust:exact}
.images b{font-weight:600}
.images .wrong{font-weight:600;color:var(--accent)}
.facts{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.1rem 1rem;margin:.5rem 0;font-size:.87rem}
.facts dt{color:var(--quiet)}
.facts dd{margin:0;overflow-wrap:anywhere}
.text{max-width:46rem;font:inherit;margin:.25rem 0 1rem;padding:.5rem 0 .5rem .9rem;border-left:3px solid var(--line);white-space:pre-wrap;overflow-wrap:anywhere}
@media (max-width:48rem){.images{grid-template-columns:repeat(3,minmax(0,1fr))}}
@media (max-width:36rem){header,main,footer{padding-left:1rem;padding-right:1rem}h1{font-size:1.4rem}th,td{padding-right:.8rem}}
`.trim()

const PRINT = `
@media print{
@page{size:A4;margin:16mm 14mm}
html{font-size:9.5pt}
main,header,footer{max-width:none;padding:0}
nav,details{display:none}
a{color:inherit;text-decoration:none}
.wide{overflow:visible}
h2,h3,h4{break-after:avoid}
figure,tr,.note,.images li,.card{break-inside:avoid}
table{font-size:8pt}
.matrix{font-size:7.5pt}
.matrix tbody td{min-width:1.9rem}
.images{grid-template-columns:repeat(6,minmax(0,1fr))}
.chart{min-width:0}
.roomy td:not(.n){min-width:0}
th,td{padding-right:.6rem}
.cards{grid-template-columns:1fr 1fr;gap:0 1.5rem}
.matrix th,.matrix td{padding:.15rem .2rem}
.matrix thead th{min-width:0}
.differences{grid-template-columns:1fr}
.drawn{max-width:110mm}
}
`.trim()
