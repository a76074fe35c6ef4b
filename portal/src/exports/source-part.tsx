/** What is exported: the hits of a query in some mailboxes, or what a run of a saved search found. */
import { Button, Field, Input } from '@fluentui/react-components'
import { useHoldsRole } from '../client/session.ts'
import { useTexts } from '../parts/language.ts'
import { MailboxScope } from '../parts/mailbox-finder.tsx'
import { Section } from '../parts/section.tsx'
import { useWords } from '../parts/words.ts'
import { QueryBox } from '../search/query-box.tsx'
import type { Change, Draft } from './draft.ts'
import styles from './making.module.css'
import { makingTexts } from './making-texts.ts'

type Props = {
  readonly draft: Draft
  readonly change: Change
  /** Enter was pressed in the query. */
  readonly onRun: () => void
  readonly problem: string | null
}

export function SourcePart({ draft, change, onRun, problem }: Props) {
  const t = useTexts(makingTexts)
  const w = useWords()
  const [searches, previews] = [useHoldsRole('Compliance Search'), useHoldsRole('Preview')]
  const { runId, connectorIds, folders } = draft
  return (
    <Section title={t('what')}>
      <div className={styles.form}>
        {runId !== null ? (
          <div className={styles.run}>
            <span>
              <strong>{t('ofRun', { id: runId })}</strong>
              <br />
              <span className={styles.quiet}>{t('ofRunText')}</span>
            </span>
            <Button size="small" onClick={() => change({ runId: null })}>
              {t('ownQuery')}
            </Button>
          </div>
        ) : (
          <>
            <div className={styles.queryPart}>
              <QueryBox value={draft.query} onChange={query => change({ query })} onRun={onRun} />
              {problem !== null && (
                <span className={styles.wrong} role="alert">
                  {problem}
                </span>
              )}
            </div>
            {(searches || previews) && (
              <MailboxScope
                label={t('mailboxes')}
                all={t('allMailboxes')}
                value={draft.mailboxIds}
                onChange={mailboxIds => change({ mailboxIds })}
              />
            )}
            {connectorIds !== null && (
              <Limit onDrop={() => change({ connectorIds: null })}>
                {t('onlyConnectors', { count: connectorIds.length })}
              </Limit>
            )}
            {folders !== null && (
              <Limit onDrop={() => change({ folders: null })}>
                {t('onlyFolders', { names: folders.join(', ') })}
              </Limit>
            )}
          </>
        )}
        <Field label={`${w('name')} (${w('optional')})`} hint={t('nameHint')}>
          <Input
            value={draft.name}
            maxLength={200}
            autoComplete="off"
            onChange={(_, { value }) => change({ name: value })}
          />
        </Field>
      </div>
    </Section>
  )
}

/** A limit that a search handed over, which can be dropped here but not be made narrower. */
function Limit({ children, onDrop }: { readonly children: string; readonly onDrop: () => void }) {
  const t = useTexts(makingTexts)
  return (
    <div className={styles.run}>
      <span>{children}</span>
      <Button size="small" appearance="subtle" onClick={onDrop}>
        {t('drop')}
      </Button>
    </div>
  )
}
