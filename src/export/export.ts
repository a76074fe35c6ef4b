/**
 * Exports: what a query found, handed over as a package that stands alone. Somebody with the role Export asks for one
 * (`request.ts`); a worker takes a snapshot of what matched (`selection.ts`), writes it unit by unit into sealed
 * segments of a ZIP (`job.ts`, `zip.ts`), and finishes it with lists, a report, a manifest and proofs (`finishing.ts`).
 * Then it is downloaded, or written to the operator's storage, and expires.
 *
 * Promises: killed anywhere, an export goes on exactly, and the package has the same bytes; memory does not grow with
 * it; what cannot be written is itemised; the counts add up, or there is no package; nothing of it lies anywhere in
 * the clear; whoever makes one gets what they reach at that moment and no more; each act is in the audit log.
 * docs/formats/export.md states the package, docs/guide/export.md is for those who use it.
 */
export { type Opening, withDecrypted } from './decrypt.ts'
export { openDownload } from './download.ts'
export { cancelExport, expireExports, removeExport } from './ending.ts'
export { performExport, workExports } from './job.ts'
export { getExport, listExports } from './listing.ts'
export { EXPORT_FORMATS, type ExportFormat } from './package-file.ts'
export { PACKAGE_FINDINGS, type PackageFinding } from './package-finding.ts'
export { type NewExport, requestExport } from './request.ts'
export { requeueExports, settleRestoredExports } from './restored.ts'
export { EXPORT_STATES, type Export } from './stored-export.ts'
export type { CopyVerdict } from './verify-items.ts'
export { type PackageVerdict, verifyPackage } from './verify-package.ts'
