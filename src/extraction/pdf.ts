/**
 * PDF (ISO 32000-2) by pdf.js, in the build of unpdf, without evaluating anything and without drawing: the text of the
 * pages, of form fields and of notes, the properties, and the files attached to it. Pages that are pictures alone have
 * no text, and say so.
 */
import { getDocumentProxy } from 'unpdf'
import { type Gathering, Unread } from './gathering.ts'
import type { Described } from './outcome.ts'

/** What of pdf.js's annotations is read. */
type Annotation = {
  readonly contentsObj?: { readonly str?: unknown }
  readonly fieldValue?: unknown
  readonly alternativeText?: unknown
}

/** Adds the text; `attached` reads each file that is attached to the document. */
export async function readPdf(
  bytes: Buffer,
  gathering: Gathering,
  attached: (described: Described, content: Buffer) => Promise<void>,
): Promise<void> {
  let tablesMissing = false
  // Tables of letters that a document names and does not hold: pdf.js would fetch them, and there is nowhere to.
  class NoTables {
    async fetch({ kind }: { readonly kind: string }): Promise<never> {
      // The others are shapes of letters, which nobody looks at here.
      if (kind === 'cMapUrl') tablesMissing = true
      throw new Error('not here')
    }
  }
  const pdf = await getDocumentProxy(new Uint8Array(bytes), {
    disableFontFace: true,
    useSystemFonts: false,
    useWorkerFetch: false,
    useWasm: false,
    isOffscreenCanvasSupported: false,
    enableXfa: false,
    stopAtErrors: false,
    verbosity: 0,
    BinaryDataFactory: NoTables,
  }).catch((error: unknown) => {
    throw new Unread((error as Error | null)?.name === 'PasswordException' ? 'encrypted' : 'damaged')
  })
  try {
    await addProperties(pdf, gathering)
    const before = gathering.length
    let damaged = false
    for (let number = 1; number <= pdf.numPages; number++) {
      try {
        const page = await pdf.getPage(number)
        await addPage(page, gathering)
        page.cleanup()
      } catch (error) {
        if (error instanceof Unread) throw error
        damaged = true
      }
    }
    if (damaged) gathering.miss('damaged')
    else if (gathering.length === before) gathering.miss('media')
    if (tablesMissing) gathering.miss('format')
    const files = (await pdf.getAttachments().catch(() => null)) as Record<
      string,
      { filename?: unknown; content?: unknown }
    > | null
    for (const { filename, content } of Object.values(files ?? {})) {
      if (!(content instanceof Uint8Array)) continue
      gathering.unpack(content.length)
      await attached(
        { name: textOf(filename), contentType: 'application/octet-stream', charset: null },
        Buffer.from(content),
      )
    }
  } finally {
    await pdf.loadingTask.destroy()
  }
}

type Pdf = Awaited<ReturnType<typeof getDocumentProxy>>
type Page = Awaited<ReturnType<Pdf['getPage']>>

const PROPERTIES = ['Title', 'Subject', 'Author', 'Keywords']

async function addProperties(pdf: Pdf, gathering: Gathering): Promise<void> {
  const { info } = await pdf.getMetadata().catch(() => ({ info: {} }))
  for (const name of PROPERTIES) gathering.addLine(textOf((info as Record<string, unknown>)[name]))
}

async function addPage(page: Page, gathering: Gathering): Promise<void> {
  // As a stream: a page that never ends stops at the limit of text.
  const reader = page.streamTextContent({ disableNormalization: false }).getReader()
  let added = false
  try {
    for (;;) {
      const { value, done } = await reader.read()
      if (done) break
      for (const item of value.items as readonly { str?: string; hasEOL?: boolean }[]) {
        if (item.str === undefined) continue
        if (item.str.trim() !== '') added = true
        if (added) gathering.add(item.hasEOL ? `${item.str}\n` : item.str)
      }
    }
  } finally {
    await reader.cancel(new Error('enough')).catch(() => {})
  }
  if (added) gathering.add('\n')
  const annotations = (await page.getAnnotations().catch(() => [])) as readonly Annotation[]
  for (const { contentsObj, fieldValue, alternativeText } of annotations) {
    gathering.addLine(textOf(contentsObj?.str))
    for (const value of Array.isArray(fieldValue) ? fieldValue : [fieldValue])
      gathering.addLine(textOf(value))
    gathering.addLine(textOf(alternativeText))
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
