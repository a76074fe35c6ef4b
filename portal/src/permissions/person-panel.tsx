/** One person in a panel: how they sign in, which role groups they are in, and what can be done for them. */
import { Button, Checkbox, Field, Input, Select, Switch } from '@fluentui/react-components'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useLocation, useParams } from 'react-router'
import { client, type Person } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { useSession } from '../client/session.ts'
import { Confirm } from '../parts/confirm.tsx'
import { Facts } from '../parts/facts.tsx'
import { useTexts } from '../parts/language.ts'
import { LeaveGuard } from '../parts/leave-guard.tsx'
import { Moment } from '../parts/moment.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { SidePanel } from '../parts/side-panel.tsx'
import { SkeletonBlock } from '../parts/skeleton.tsx'
import { showDone } from '../parts/toast.tsx'
import { useWords } from '../parts/words.ts'
import { PasswordOnce } from './password-once.tsx'
import styles from './permissions.module.css'
import { PersonState } from './person-state.tsx'
import { permissionsTexts } from './texts.ts'
import { PEOPLE_KEY, useReadAgain } from './use-permissions.ts'

export function PersonPanel() {
  const w = useWords()
  const { personId: text = '' } = useParams()
  const { search } = useLocation()
  const personId = /^\d{1,9}$/.test(text) ? Number(text) : 0
  const query = useQuery({
    queryKey: [...PEOPLE_KEY, personId],
    queryFn: ({ signal }) => client.getPerson({ personId, signal }),
  })
  const closeTo = `/permissions/people${search}`
  if (query.data !== undefined) return <Found key={personId} person={query.data} closeTo={closeTo} />
  return (
    <SidePanel title={w('person')} closeTo={closeTo}>
      {query.error instanceof Problem ? (
        <ProblemNote problem={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <SkeletonBlock height="420px" />
      )}
    </SidePanel>
  )
}

type Edited = Pick<Person, 'displayName' | 'email' | 'language' | 'oidcAllowed'>

function Found({ person, closeTo }: { readonly person: Person; readonly closeTo: string }) {
  const t = useTexts(permissionsTexts)
  const w = useWords()
  const readAgain = useReadAgain()
  const isOwn = useSession().person.personId === person.personId
  const { displayName, email, language, oidcAllowed } = person
  const [edited, setEdited] = useState<Edited | null>(null)
  const [password, setPassword] = useState<string | null>(null)
  const [asking, setAsking] = useState<'reset' | 'disable' | 'unbind' | null>(null)
  const fields = edited ?? { displayName, email, language, oidcAllowed }
  const changed =
    edited !== null &&
    JSON.stringify(edited) !== JSON.stringify({ displayName, email, language, oidcAllowed })
  const edit = (body: Parameters<typeof client.editPerson>[0]['body']) =>
    client.editPerson({ personId: person.personId, revision: person.revision, body })
  const save = useMutation({
    mutationFn: () => edit({ ...fields }),
    onSuccess: async () => {
      showDone(t('personSaved', { name: fields.displayName }))
      await readAgain()
      setEdited(null)
    },
  })
  const enable = useMutation({ mutationFn: () => edit({ status: 'active' }), onSuccess: readAgain })
  const problem = save.error ?? enable.error
  return (
    <SidePanel
      title={person.displayName}
      subtitle={`${person.username}${isOwn ? ` (${t('you')})` : ''}`}
      closeTo={closeTo}
      foot={
        <div className={styles.foot}>
          <Button
            appearance="primary"
            disabledFocusable={!changed || fields.displayName.trim() === '' || save.isPending}
            onClick={() => save.mutate()}
          >
            {w('save')}
          </Button>
          <Button disabledFocusable={!changed} onClick={() => setEdited(null)}>
            {w('cancel')}
          </Button>
        </div>
      }
    >
      <LeaveGuard changed={changed && !save.isPending} />
      {problem instanceof Problem && (
        <ProblemNote
          problem={problem}
          {...(problem.code === 'REVISION_STALE' ? { onRetry: () => void readAgain() } : {})}
        />
      )}
      <Facts
        of={[
          [w('status'), <PersonState key="state" person={person} />],
          [t('signsInWith'), <SignsInWith key="with" person={person} />],
          [t('secondFactor'), person.secondFactor ? w('on') : w('off')],
          [
            t('lastSignIn'),
            person.lastSignInAt === null ? w('never') : <Moment key="last" at={person.lastSignInAt} />,
          ],
          [t('added'), <Moment key="added" at={person.createdAt} kind="date" />],
          [
            t('roleGroupsOf'),
            person.roleGroups.length === 0 ? (
              t('inNoGroup')
            ) : (
              <span key="groups" className={styles.two}>
                {person.roleGroups.map(group => (
                  <Link key={group.roleGroupId} to={`/permissions/groups/${group.roleGroupId}`}>
                    {group.name}
                  </Link>
                ))}
              </span>
            ),
          ],
        ]}
      />
      <div className={styles.actions}>
        <Button onClick={() => setAsking('reset')}>{t('resetPassword')}</Button>
        {person.status === 'active' ? (
          <Button onClick={() => setAsking('disable')}>{t('disable')}</Button>
        ) : (
          <Button disabledFocusable={enable.isPending} onClick={() => enable.mutate()}>
            {t('enable')}
          </Button>
        )}
        {person.oidcBound && <Button onClick={() => setAsking('unbind')}>{t('unbind')}</Button>}
      </div>
      <div className={styles.form}>
        <Field label={t('displayName')} required>
          <Input
            value={fields.displayName}
            maxLength={200}
            autoComplete="off"
            onChange={(_, { value }) => setEdited({ ...fields, displayName: value })}
          />
        </Field>
        <Field label={t('email')}>
          <Input
            type="email"
            value={fields.email}
            maxLength={254}
            autoComplete="off"
            onChange={(_, { value }) => setEdited({ ...fields, email: value })}
          />
        </Field>
        <Field label={t('language')}>
          <Select
            value={fields.language}
            onChange={(_, { value }) => setEdited({ ...fields, language: value === 'sv' ? 'sv' : 'en' })}
          >
            <option value="en">{t('english')}</option>
            <option value="sv">{t('swedish')}</option>
          </Select>
        </Field>
        <Field hint={t('signInHint')}>
          <Switch
            label={t('allowOrganisation')}
            checked={fields.oidcAllowed}
            onChange={(_, { checked }) => setEdited({ ...fields, oidcAllowed: checked })}
          />
        </Field>
      </div>
      {asking === 'reset' && (
        <ResetPassword person={person} onMade={setPassword} onClose={() => setAsking(null)} />
      )}
      {password !== null && (
        <PasswordOnce
          name={person.displayName}
          username={person.username}
          password={password}
          onClose={() => {
            setPassword(null)
            void readAgain()
          }}
        />
      )}
      {asking === 'disable' && (
        <Confirm
          title={t('disableQuestion', { name: person.displayName })}
          act={t('disable')}
          onConfirm={async () => {
            await edit({ status: 'disabled' })
            await readAgain()
          }}
          onClose={() => setAsking(null)}
        >
          {t('disableWhy')}
        </Confirm>
      )}
      {asking === 'unbind' && (
        <Confirm
          title={t('unbindQuestion', { name: person.displayName })}
          act={t('unbind')}
          onConfirm={async () => {
            await edit({ oidcUnbind: true })
            await readAgain()
          }}
          onClose={() => setAsking(null)}
        >
          {t('unbindWhy')}
        </Confirm>
      )}
    </SidePanel>
  )
}

function SignsInWith({ person }: { readonly person: Person }) {
  const t = useTexts(permissionsTexts)
  const ways = [
    ...(person.hasPassword ? [t('withPassword')] : []),
    ...(person.oidcBound
      ? [t('withOrganisation')]
      : person.oidcAllowed
        ? [t('withOrganisationWaiting')]
        : []),
  ]
  return <>{ways.join(', ')}</>
}

type ResetProps = {
  readonly person: Person
  readonly onMade: (password: string) => void
  readonly onClose: () => void
}

function ResetPassword({ person, onMade, onClose }: ResetProps) {
  const t = useTexts(permissionsTexts)
  const [factorToo, setFactorToo] = useState(false)
  return (
    <Confirm
      title={t('resetQuestion', { name: person.displayName })}
      act={t('resetPassword')}
      onConfirm={async () => {
        const { password } = await client.resetPassword({
          personId: person.personId,
          body: { secondFactorToo: factorToo },
        })
        onMade(password)
      }}
      onClose={onClose}
    >
      <p>{t('resetWhy')}</p>
      {person.secondFactor && (
        <Checkbox
          label={t('resetFactor')}
          checked={factorToo}
          onChange={(_, { checked }) => setFactorToo(checked === true)}
        />
      )}
    </Confirm>
  )
}
