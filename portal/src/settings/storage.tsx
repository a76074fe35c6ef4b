/** Where the archive lies and how much room it takes. Its configuration says so; here it is only shown. */
import { useQuery } from '@tanstack/react-query'
import { type ArchivePlace, client } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { Bytes, Count, percentText } from '../parts/count.tsx'
import { Facts } from '../parts/facts.tsx'
import { useLanguage, useTexts } from '../parts/language.ts'
import { ProblemNote } from '../parts/problem-note.tsx'
import { Section } from '../parts/section.tsx'
import { SkeletonBlock } from '../parts/skeleton.tsx'
import { useWords } from '../parts/words.ts'
import styles from './settings.module.css'
import { settingTexts } from './texts.ts'

export function Storage() {
  const query = useQuery({
    queryKey: ['settings', 'storage'],
    queryFn: ({ signal }) => client.getArchivePlace({ signal }),
  })
  if (query.data !== undefined) return <Place of={query.data} />
  if (query.error instanceof Problem)
    return <ProblemNote problem={query.error} onRetry={() => void query.refetch()} />
  return <SkeletonBlock height="420px" />
}

function Place({ of }: { readonly of: ArchivePlace }) {
  const t = useTexts(settingTexts)
  const w = useWords()
  return (
    <div className={styles.stack}>
      <Section title={t('objects')}>
        <Facts
          of={[
            [t('kept'), of.objects.kind === 'azure' ? t('azure') : t('files')],
            [
              of.objects.kind === 'azure' ? t('container') : t('folder'),
              <code key="where">{of.objects.where}</code>,
            ],
            [w('items'), <Count key="items" value={of.items} />],
            [t('objectCount'), <Count key="count" value={of.objects.count} />],
            [t('size'), <Bytes key="size" value={of.objects.bytes} />],
          ]}
        />
      </Section>
      <Section title={t('database')}>
        <Facts
          of={[
            [t('kept'), of.database.kind === 'embedded' ? t('embedded') : t('own')],
            ['PostgreSQL', of.database.version],
            [t('size'), <Bytes key="size" value={of.database.size} />],
          ]}
        />
      </Section>
      <Section title={t('machine')}>
        <Facts
          of={[
            [t('dataFolder'), <code key="folder">{of.dataFolder}</code>],
            [t('space'), of.space === null ? w('unknown') : <Space key="space" {...of.space} />],
            [t('masterKeyFile'), <code key="key">{of.masterKeyFile}</code>],
            [
              t('mirror'),
              of.checkpointFolder === null ? (
                t('mirrorNone')
              ) : (
                <code key="mirror">{of.checkpointFolder}</code>
              ),
            ],
            [t('workers'), <Count key="workers" value={of.workers} />],
            [t('pageItems'), <Count key="page" value={of.pageItems} />],
            [t('itemSizeMax'), <Bytes key="item" value={of.itemSizeMax} />],
          ]}
        />
        <p className={styles.note}>{t('configured')}</p>
      </Section>
    </div>
  )
}

/** Free of total, as a bar that is read by its words. */
function Space({ free, total }: { readonly free: number; readonly total: number }) {
  const t = useTexts(settingTexts)
  const [language] = useLanguage()
  const used = total === 0 ? 0 : 1 - free / total
  return (
    <span className={styles.space}>
      <span>
        <Bytes value={free} /> {t('freeOf')} <Bytes value={total} /> ({percentText(1 - used, language)})
      </span>
      <span className={styles.bar} aria-hidden>
        <span data-full={used > 0.9} style={{ width: `${used * 100}%` }} />
      </span>
    </span>
  )
}
