/** What can be done with a policy: change, try, turn on or off, lock for good, remove. */
import { Button } from '@fluentui/react-components'
import { BeakerRegular } from '@fluentui/react-icons/svg/beaker'
import { DeleteRegular } from '@fluentui/react-icons/svg/delete'
import { EditRegular } from '@fluentui/react-icons/svg/edit'
import { LockClosedRegular } from '@fluentui/react-icons/svg/lock-closed'
import { PauseRegular } from '@fluentui/react-icons/svg/pause'
import { PlayRegular } from '@fluentui/react-icons/svg/play'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { client, type RetentionPolicy } from '../client/client.ts'
import { Confirm } from '../parts/confirm.tsx'
import { useTexts } from '../parts/language.ts'
import { showDone } from '../parts/toast.tsx'
import { useWords } from '../parts/words.ts'
import { policyTexts } from './policy-texts.ts'
import styles from './retention.module.css'
import { WhatIfAnswer } from './what-if.tsx'

type Act = 'on' | 'off' | 'lock' | 'remove'

export function PolicyActs({ of }: { readonly of: RetentionPolicy }) {
  const t = useTexts(policyTexts)
  const w = useWords()
  const navigate = useNavigate()
  const [act, setAct] = useState<Act | null>(null)
  const { policyId, state, lockedAt, appliesTo } = of
  const isOn = state === 'on'
  return (
    <>
      <Button
        appearance="subtle"
        icon={<EditRegular />}
        onClick={() => void navigate(`/retention/policies/${policyId}/change`)}
      >
        {t('change')}
      </Button>
      {lockedAt === null && (
        <>
          <Button
            appearance="subtle"
            icon={<BeakerRegular />}
            onClick={() => void navigate(`/retention/policies/${policyId}/what-if`)}
          >
            {t('whatIf')}
          </Button>
          <Button
            appearance="subtle"
            icon={isOn ? <PauseRegular /> : <PlayRegular />}
            onClick={() => setAct(isOn ? 'off' : 'on')}
          >
            {t(isOn ? 'turnOff' : 'turnOn')}
          </Button>
          {isOn && appliesTo !== 'scopes' && (
            <Button appearance="subtle" icon={<LockClosedRegular />} onClick={() => setAct('lock')}>
              {t('lock')}
            </Button>
          )}
          <Button appearance="subtle" icon={<DeleteRegular />} onClick={() => setAct('remove')}>
            {w('remove')}
          </Button>
        </>
      )}
      {act !== null && <Asked of={of} act={act} onClose={() => setAct(null)} />}
    </>
  )
}

type AskedProps = { readonly of: RetentionPolicy; readonly act: Act; readonly onClose: () => void }

function Asked({ of, act, onClose }: AskedProps) {
  const t = useTexts(policyTexts)
  const w = useWords()
  const queries = useQueryClient()
  const { policyId, name, revision, state } = of
  const run = async () => {
    const changed = await {
      on: () => client.changeRetentionPolicy({ policyId, revision, body: { enabled: true } }),
      off: () => client.changeRetentionPolicy({ policyId, revision, body: { enabled: false } }),
      lock: () => client.lockRetentionPolicy({ policyId, revision, body: { name } }),
      remove: () => client.removeRetentionPolicy({ policyId, revision }),
    }[act]()
    queries.setQueryData(['retention', 'policies', 'one', String(policyId)], changed)
    await queries.invalidateQueries({ queryKey: ['retention', 'policies'] })
    showDone(t(`${act}-done`))
  }
  const words = { on: t('turnOn'), off: t('turnOff'), lock: t('lock'), remove: w('remove') }
  const isTried = act === 'on' || act === 'off' || (act === 'remove' && state === 'on')
  return (
    <Confirm
      title={t(`${act}-title`, { name })}
      act={words[act]}
      {...(act === 'lock' || act === 'remove' ? { typed: name } : {})}
      onConfirm={run}
      onClose={onClose}
    >
      <div className={styles.form}>
        <span>{t(`${act}-text`)}</span>
        {isTried && <WhatIfAnswer of={{ policyId, enabled: act === 'on' }} isShort />}
      </div>
    </Confirm>
  )
}
