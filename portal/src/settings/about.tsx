/** What this is: versions, licence, and which archive. */
import { useQuery } from '@tanstack/react-query'
import { client } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { Facts } from '../parts/facts.tsx'
import { useTexts } from '../parts/language.ts'
import { Moment } from '../parts/moment.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { Section } from '../parts/section.tsx'
import { SkeletonBlock } from '../parts/skeleton.tsx'
import { useWords } from '../parts/words.ts'
import styles from './settings.module.css'
import { settingTexts } from './texts.ts'

export function About() {
  const t = useTexts(settingTexts)
  const w = useWords()
  const query = useQuery({
    queryKey: ['settings', 'about'],
    queryFn: ({ signal }) => client.getAbout({ signal }),
  })
  if (query.data === undefined)
    return query.error instanceof Problem ? (
      <ProblemNote problem={query.error} onRetry={() => void query.refetch()} />
    ) : (
      <SkeletonBlock height="360px" />
    )
  const of = query.data
  return (
    <div className={styles.stack}>
      <Section title={t('archive')}>
        <Facts
          of={[
            [t('organisation'), of.organisation],
            [t('archiveId'), <code key="id">{of.archiveId}</code>],
            [t('made'), <Moment key="at" at={of.createdAt} />],
            [t('demonstration'), of.demonstration ? w('yes') : w('no')],
            [t('epoch'), of.logEpoch],
          ]}
        />
      </Section>
      <Section title="Holdfast">
        <Facts
          of={[
            [t('version'), of.version],
            [t('licence'), of.licence],
            ['Node.js', of.node],
            ['PostgreSQL', of.databaseVersion],
            [t('schema'), of.migrations],
            [t('tokenizer'), t('tokenizerText', { tokenizer: of.tokenizer, unicode: of.unicode })],
          ]}
        />
        <p className={styles.note}>
          <a href={client.getReference()}>{t('apiPage')}</a>
        </p>
      </Section>
    </div>
  )
}
