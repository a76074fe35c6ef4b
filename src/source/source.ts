/**
 * Sources: where items come from. One interface (`Source`), behind it the TeleMessage site over HTTPS
 * (docs/formats/telemessage-site.md) and TeleMessage's ZIP drop in a watched folder
 * (docs/formats/telemessage-zip.md). A further provider is a folder here and a line in `openSource`.
 *
 * Promise: a page's bytes are exactly those received; `splitPage` gives as many items as the page announced, loses
 * none, and lets a broken one cost only itself. Nothing from outside is trusted: times, sizes, redirects and
 * circles are limited, and whatever fails says whether a later try may help.
 */
import type { RawItem, Source } from './contract.ts'
import { openSite, type SiteOptions } from './telemessage/client.ts'
import { splitSitePage } from './telemessage/split.ts'
import { openZipDrop, type ZipDropOptions } from './telemessage-zip/drop.ts'
import { splitZipPage } from './telemessage-zip/page.ts'

export type {
  RawItem,
  RegisteredUser,
  Source,
  SourceAccount,
  SourceContent,
  SourcePage,
  SourceWindow,
} from './contract.ts'

export type SourceOptions =
  | ({ readonly kind: 'site' } & SiteOptions)
  | ({ readonly kind: 'zip' } & ZipDropOptions)

/** Opens a source. Makes no request; throws where the place itself is refused (see `openSite`, `openZipDrop`). */
export function openSource(options: SourceOptions): Source {
  return options.kind === 'site' ? openSite(options) : openZipDrop(options)
}

/** Splits a staged page into its raw items. Pure. SITE_ANSWER_INVALID when it is no page at all. */
export function splitPage(kind: 'site' | 'zip', bytes: Buffer): RawItem[] {
  return kind === 'site' ? splitSitePage(bytes) : splitZipPage(bytes)
}
