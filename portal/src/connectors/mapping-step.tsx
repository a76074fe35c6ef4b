/** User mapping: automatic mapping on or off, a custom mapping, and who is found by both. */
import { Field, Input, Switch } from '@fluentui/react-components'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useEffect, useState } from 'react'
import type { ConnectorDraft } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { useLanguage, useTexts } from '../parts/language.ts'
import { Notice } from '../parts/notice.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { SkeletonLine } from '../parts/skeleton.tsx'
import { CustomMapping } from './custom-mapping.tsx'
import { draftKey, prerequisitesKey, useEdit, usePrerequisites } from './draft.ts'
import { Foot } from './foot.tsx'
import { Stale } from './stale.tsx'
import { Users } from './users.tsx'
import styles from './wizard.module.css'
import { wizardTexts } from './wizard-texts.ts'

type Props = {
  readonly draft: ConnectorDraft
  readonly onBack: () => void
  readonly onNext: () => void
  readonly onCancel: () => void
}

export function MappingStep({ draft, onBack, onNext, onCancel }: Props) {
  const t = useTexts(wizardTexts)
  const queries = useQueryClient()
  const edit = useEdit(draft.connectorId)
  const [domains, setDomains] = useState(draft.domains.join(', '))
  const [region, setRegion] = useState(draft.defaultRegion)
  const [language] = useLanguage()
  const [pending, setPending] = useState(false)
  const [held, setHeld] = useState(false)
  // The switch shows at once what is on its way to the server, and goes back where that is refused.
  const [automatic, setAutomatic] = useState(draft.automaticMapping)
  useEffect(() => setAutomatic(draft.automaticMapping), [draft.automaticMapping])
  const turn = (on: boolean) => {
    setAutomatic(on)
    edit.mutate({ automaticMapping: on }, { onError: () => setAutomatic(!on) })
  }
  const chosen = () => {
    const listed = domains
      .split(/[\s,;]+/)
      .map(each => each.trim().toLowerCase())
      .filter(each => each !== '')
    return {
      ...(listed.join() === draft.domains.join() ? {} : { domains: listed }),
      ...(region === draft.defaultRegion ? {} : { defaultRegion: region }),
    }
  }
  /** Kept as soon as a field is left, so that a reload finds it. */
  const keep = () => {
    const change = chosen()
    if (Object.keys(change).length > 0) edit.mutate(change)
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    // Whoever chose a file means it to be used: going on without it would leave it out unnoticed.
    setHeld(pending)
    if (pending) return
    try {
      await edit.mutateAsync({ ...chosen(), setupStep: 'review' })
      onNext()
    } catch (error) {
      if (!(error instanceof Problem)) throw error
    }
  }
  return (
    <div className={styles.form}>
      <p className={styles.intro}>{t('mappingIntro')}</p>
      <div className={styles.block}>
        <Switch
          label={{ children: <strong>{t('automatic')}</strong> }}
          checked={automatic}
          onChange={(_, { checked }) => turn(checked)}
        />
        <p className={styles.note}>{automatic ? t('automaticWhy') : t('automaticOff')}</p>
      </div>
      <div className={styles.block}>
        <h3>{t('custom')}</h3>
        <p className={styles.note}>{t('customWhy')}</p>
        <CustomMapping
          connectorId={draft.connectorId}
          revision={draft.revision}
          lines={draft.mappingLines}
          onImported={({ revision, lines }) => {
            queries.setQueryData<ConnectorDraft>(draftKey(draft.connectorId), before =>
              before === undefined ? before : { ...before, revision, mappingLines: lines },
            )
            void queries.invalidateQueries({ queryKey: prerequisitesKey(draft.connectorId) })
          }}
          onPending={setPending}
          onStale={() => void queries.invalidateQueries({ queryKey: draftKey(draft.connectorId) })}
        />
      </div>
      <div className={styles.block}>
        <h3>{t('found')}</h3>
        <Found connectorId={draft.connectorId} />
      </div>
      <form className={styles.form} noValidate onSubmit={event => void submit(event)}>
        <div className={styles.block}>
          <h3>{t('ours')}</h3>
          <div className={styles.fields}>
            <Field className={styles.whole!} label={t('domains')} hint={t('domainsHint')}>
              <Input
                autoCapitalize="none"
                spellCheck={false}
                value={domains}
                onChange={(_, { value }) => setDomains(value)}
                onBlur={keep}
              />
            </Field>
            <Field label={t('region')} hint={regionHint(region, language, t)}>
              <Input
                maxLength={2}
                spellCheck={false}
                value={region}
                onChange={(_, { value }) => setRegion(value.toUpperCase().replace(/[^A-Z]/g, ''))}
                onBlur={keep}
              />
            </Field>
          </div>
        </div>
        {held && pending && <Notice kind="warning">{t('mappingPending')}</Notice>}
        {edit.error instanceof Problem && <Stale problem={edit.error} />}
        <Foot onBack={onBack} onCancel={onCancel} busy={edit.isPending} />
      </form>
    </div>
  )
}

function regionHint(
  region: string,
  language: string,
  t: ReturnType<typeof useTexts<(typeof wizardTexts)['en']>>,
): string {
  if (!/^[A-Z]{2}$/.test(region)) return t('regionHint')
  const name = new Intl.DisplayNames(language, { type: 'region', fallback: 'none' }).of(region)
  return name === undefined ? t('regionHint') : t('regionNamed', { region: name })
}

/** Who of the registered users leads to a mailbox, as things are now. */
function Found({ connectorId }: { readonly connectorId: number }) {
  const t = useTexts(wizardTexts)
  const prerequisites = usePrerequisites(connectorId)
  if (prerequisites.error instanceof Problem)
    return <ProblemNote problem={prerequisites.error} onRetry={() => void prerequisites.refetch()} />
  if (prerequisites.data === undefined || prerequisites.isFetching)
    return (
      <p role="status" aria-busy="true" aria-label={t('checking')}>
        <SkeletonLine width="50%" />
      </p>
    )
  const line = prerequisites.data.find(each => each.id === 'mailbox')
  const refused = prerequisites.data.find(each => each.id === 'account' && each.state === 'not-met')
  if (refused !== undefined)
    return <Notice kind="warning">{t('accountNot', { why: refused.code ?? refused.text })}</Notice>
  const of = line?.of ?? 0
  if (line === undefined || of === 0) return <Notice kind="warning">{t('foundNone')}</Notice>
  if (line.users.length === 0) return <Notice kind="good">{t('foundAll', { count: of })}</Notice>
  return (
    <Notice kind="warning" title={t('foundSome', { found: of - line.users.length, of })}>
      {t('foundLost')}
      <Users users={line.users} />
    </Notice>
  )
}
