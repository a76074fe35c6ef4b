/**
 * Erasure requests, after article 17 of the GDPR of the EU and the UK (docs/guide/erasure.md): what names a person goes
 * from every mailbox, unless something keeps it.
 *
 * Promises: nothing that is held or retained goes; it is refused with its reason and restricted (article 18), and goes
 * when the last reason ends. What goes, goes by retention/disposition.ts alone, and leaves its proof. Whom a request is
 * about is sealed; the report for the person says nothing of others. Every act leaves its entry.
 */
export {
  changeErasure,
  type ErasureChange,
  type ErasureDraft,
  requestErasure,
  withdrawErasure,
} from './act.ts'
export { ERASURE_BASES, type ErasureIdentity, type GivenIdentity } from './draft.ts'
export { type ErasurePreview, previewErasure } from './preview.ts'
export { type ErasureReport, reportErasure } from './report.ts'
export { erasureReportPage, erasureReportTable } from './report-page.ts'
export { REPORT_LANGUAGES } from './report-texts.ts'
export { ERASURE_STATES, type ErasureRequest, listErasures, showErasure } from './request.ts'
export { performErasure, requestDueErasures, requeueErasures, workErasures } from './work.ts'
