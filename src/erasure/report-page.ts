/** A report for the person as a page to print or send, and as a table. Pure. */
import type { ErasureReport, KeptRecord } from './report.ts'
import { REPORT_TEXTS, type ReportLanguage, type ReportTexts } from './report-texts.ts'

/** Records that the page lists; the table has them all. */
const SHOWN = 500

const LOCALES: Readonly<Record<ReportLanguage, string>> = { en: 'en-GB', sv: 'sv-SE' }

const escaped = (text: string): string => text.replace(/[&<>"']/g, each => `&#${each.charCodeAt(0)};`)

const dayOf = (at: Date): string => at.toISOString().slice(0, 10)
const minuteOf = (at: Date): string => at.toISOString().slice(0, 16).replace('T', ' ')

/** HTML that needs nothing besides itself: no script, no picture, nothing to load. */
export function erasureReportPage(report: ErasureReport, language: ReportLanguage): string {
  const texts = REPORT_TEXTS[language]
  const number = new Intl.NumberFormat(LOCALES[language])
  const n = (value: number) => number.format(value)
  const things = (value: number) => texts.things(value, n(value))
  const p = (text: string) => `<p>${escaped(text)}</p>`
  const section = (title: string, content: string) =>
    `<section><h2>${escaped(title)}</h2>${content}</section>`
  const table = (heads: readonly string[], rows: readonly (readonly string[])[]) => {
    const head = heads.map(each => `<th scope="col">${escaped(each)}</th>`).join('')
    // Where it is narrow each row stands by itself, and its cells say what they are.
    const cell = (text: string, index: number) =>
      `<td data-name="${escaped(heads[index] ?? '')}">${escaped(text)}</td>`
    const body = rows.map(row => `<tr>${row.map(cell).join('')}</tr>`).join('')
    return `<table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table>`
  }
  const { erased, kept, later } = report
  const facts: [string, string][] = [
    [texts.number, String(report.requestId)],
    ...(report.reference === '' ? [] : [[texts.reference, report.reference] as [string, string]]),
    [texts.received, dayOf(report.requestedAt)],
    [texts.report, `${minuteOf(report.reportedAt)} UTC`],
    [texts.about, report.identities.map(each => identityText(each, texts)).join(', ')],
    [texts.rests, texts.bases[report.basis]],
  ]
  const erasedPart =
    erased.copies === 0
      ? p(texts.nothingErased)
      : p(texts.erasedText(things(erased.items), n(erased.copies))) +
        table(
          [texts.day, texts.items, texts.copies],
          erased.byDay.map(each => [each.day, n(each.items), n(each.copies)]),
        )
  const shown = kept.records.slice(0, SHOWN)
  const keptPart =
    kept.items === 0
      ? p(report.state === 'withdrawn' ? texts.withdrawn : texts.nothingKept)
      : `${p(texts.keptText(things(kept.items)))}<ul>${kept.legalClaims > 0 ? `<li>${escaped(texts.claims(things(kept.legalClaims)))}</li>` : ''}${
          kept.legalObligation > 0
            ? `<li>${escaped(texts.obligation(things(kept.legalObligation)))}</li>`
            : ''
        }</ul>${p(texts.restricted)}${p(texts.again)}${
          shown.length < kept.items ? p(texts.listed(n(shown.length), n(kept.items))) : ''
        }${table(
          headsOf(texts),
          shown.map(each => cellsOf(each, texts)),
        )}`
  return `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(texts.title)}</title><style>${STYLE}</style></head><body><main>
<p class="to">${escaped(report.organisation)}</p>
<h1>${escaped(texts.title)}</h1>
${p(texts.intro(report.organisation))}
${report.state === 'working' ? `<p class="note">${escaped(texts.working)}</p>` : ''}
${section(texts.request, `<dl>${facts.map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`).join('')}</dl>`)}
${section(texts.erased, erasedPart)}
${section(texts.kept, keptPart)}
${later.items > 0 ? section(texts.later, p(texts.laterText(things(later.items), later.included))) : ''}
${section(texts.outside, p(texts.outsideText(report.exports)))}
${section(texts.rights, p(texts.rightsText))}
</main></body></html>
`
}

/** The records that are kept, a line each (RFC 4180), with a mark that spreadsheets read UTF-8 by. */
export function erasureReportTable(report: ErasureReport, language: ReportLanguage): string {
  const texts = REPORT_TEXTS[language]
  const line = (cells: readonly string[]) =>
    cells.map(cell => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')
  const lines = [headsOf(texts), ...report.kept.records.map(each => cellsOf(each, texts))]
  return `\uFEFF${lines.map(line).join('\r\n')}\r\n`
}

const headsOf = (texts: ReportTexts): string[] => [
  texts.when,
  texts.kind,
  texts.direction,
  texts.why,
  texts.until,
]

function cellsOf({ at, kind, direction, grounds, until }: KeptRecord, texts: ReportTexts): string[] {
  return [
    minuteOf(at),
    texts.kinds[kind] ?? kind,
    direction === null ? '' : texts.directions[direction],
    grounds.length === 0 ? texts.checking : grounds.map(each => texts.grounds[each]).join('; '),
    until === null ? (grounds.length === 0 ? '' : texts.unknown) : dayOf(until),
  ]
}

function identityText({ value, from, to }: ErasureReport['identities'][number], texts: ReportTexts): string {
  const period = [
    ...(from === null ? [] : [`${texts.from} ${dayOf(from)}`]),
    ...(to === null ? [] : [`${texts.before} ${dayOf(to)}`]),
  ]
  return period.length === 0 ? value : `${value} (${period.join(', ')})`
}

const STYLE = `:root{color-scheme:light}*{box-sizing:border-box}
body{margin:0;background:#fff;color:#1b1b1b;font:16px/1.55 system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:44rem;margin:0 auto;padding:2.5rem 1.25rem 4rem}
.to{margin:0 0 .5rem;color:#555}h1{margin:0 0 1rem;font-size:1.9rem;line-height:1.2;letter-spacing:-.01em}
h2{margin:2.25rem 0 .5rem;font-size:1.2rem}p{margin:.5rem 0}ul{margin:.5rem 0;padding-left:1.25rem}
.note{padding:.6rem .8rem;border-left:4px solid #0b5cad;background:#f2f6fb}
dl{display:grid;grid-template-columns:minmax(8rem,max-content) 1fr;gap:.3rem 1.25rem;margin:.5rem 0}
dt{color:#555}dd{margin:0;overflow-wrap:anywhere}
table{width:100%;border-collapse:collapse;margin:.75rem 0;font-size:.9rem}
th,td{text-align:left;vertical-align:top;padding:.4rem .75rem .4rem 0;border-bottom:1px solid #ddd}
th{color:#555;font-weight:600}@media (max-width:32rem){thead{display:none}tr,td{display:block}tr{padding:.4rem 0;border-bottom:1px solid #ddd}
td{display:grid;grid-template-columns:8rem 1fr;padding:.1rem 0;border:0}td::before{content:attr(data-name);color:#555}td:empty{display:none}
dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}}
@media print{main{padding:0}section{break-inside:avoid-page}}`
