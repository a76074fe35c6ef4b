/** The part of word-extractor that is used here; it brings no types of its own. */
declare module 'word-extractor' {
  type Document = {
    getBody(): string
    getFootnotes(): string
    getEndnotes(): string
    /** With footers. */
    getHeaders(): string
    getAnnotations(): string
    getTextboxes(): string
  }
  export default class WordExtractor {
    extract(source: Buffer): Promise<Document>
  }
}
