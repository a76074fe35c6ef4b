/** Adds a person, in the role groups that are chosen, and shows the generated password this once. */
import { Button, Checkbox, Field, Input, Radio, RadioGroup, Select } from '@fluentui/react-components'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation, useNavigate } from 'react-router'
import { client } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { useLanguage, useTexts } from '../parts/language.ts'
import { ProblemNote } from '../parts/problem-note.tsx'
import { SidePanel } from '../parts/side-panel.tsx'
import { showDone } from '../parts/toast.tsx'
import { useWords } from '../parts/words.ts'
import { PasswordOnce } from './password-once.tsx'
import styles from './permissions.module.css'
import { permissionsTexts } from './texts.ts'
import { ROLE_GROUPS_KEY, useReadAgain } from './use-permissions.ts'

type SignInWith = 'password' | 'oidc' | 'both'

export function NewPerson() {
  const t = useTexts(permissionsTexts)
  const w = useWords()
  const navigate = useNavigate()
  const { search } = useLocation()
  const readAgain = useReadAgain()
  const [present] = useLanguage()
  const [username, setUsername] = useState('')
  const [displayName, setDisplayName] = useState('')
  const [email, setEmail] = useState('')
  const [language, setLanguage] = useState<'en' | 'sv'>(present)
  const [signIn, setSignIn] = useState<SignInWith>('password')
  const [chosen, setChosen] = useState<readonly number[]>([])
  const groups = useQuery({
    queryKey: ROLE_GROUPS_KEY,
    queryFn: async ({ signal }) => (await client.listRoleGroups({ signal })).rows,
  })
  const list = `/permissions/people${search}`
  const add = useMutation({
    mutationFn: async () => {
      const added = await client.addPerson({
        body: {
          username: username.trim(),
          displayName: displayName.trim(),
          email: email.trim(),
          language,
          signIn,
        },
      })
      for (const roleGroupId of chosen)
        await client.addMember({ roleGroupId, personId: added.person.personId })
      return added
    },
    onSuccess: async ({ person, password }) => {
      await readAgain()
      showDone(t('personAdded', { name: person.displayName }))
      if (password === null)
        await navigate(`/permissions/people/${person.personId}${search}`, { replace: true })
    },
    // A person may be there though a role group was refused.
    onError: () => readAgain(),
  })
  const ready = username.trim() !== '' && displayName.trim() !== ''
  return (
    <SidePanel
      title={t('addPerson')}
      closeTo={list}
      foot={
        <div className={styles.foot}>
          <Button
            appearance="primary"
            disabledFocusable={!ready || add.isPending || add.isSuccess}
            onClick={() => add.mutate()}
          >
            {t('addPerson')}
          </Button>
          <Button onClick={() => void navigate(list)}>{w('cancel')}</Button>
        </div>
      }
    >
      {add.error instanceof Problem && <ProblemNote problem={add.error} />}
      <div className={styles.form}>
        <Field label={t('displayName')} required>
          <Input
            value={displayName}
            maxLength={200}
            autoComplete="off"
            onChange={(_, { value }) => setDisplayName(value)}
          />
        </Field>
        <Field label={t('username')} hint={t('usernameHint')} required>
          <Input
            value={username}
            maxLength={200}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            onChange={(_, { value }) => setUsername(value)}
          />
        </Field>
        <Field label={`${t('email')} (${w('optional')})`}>
          <Input
            type="email"
            value={email}
            maxLength={254}
            autoComplete="off"
            onChange={(_, { value }) => setEmail(value)}
          />
        </Field>
        <Field label={t('language')}>
          <Select value={language} onChange={(_, { value }) => setLanguage(value === 'sv' ? 'sv' : 'en')}>
            <option value="en">{t('english')}</option>
            <option value="sv">{t('swedish')}</option>
          </Select>
        </Field>
        <Field label={t('signsInWith')} {...(signIn === 'password' ? {} : { hint: t('signInHint') })}>
          <RadioGroup value={signIn} onChange={(_, { value }) => setSignIn(value as SignInWith)}>
            <Radio value="password" label={t('withPassword')} />
            <Radio value="oidc" label={t('withOrganisation')} />
            <Radio value="both" label={t('withEither')} />
          </RadioGroup>
        </Field>
        <fieldset className={styles.part}>
          <legend>{t('roleGroupsOf')}</legend>
          {groups.error instanceof Problem && (
            <ProblemNote problem={groups.error} onRetry={() => void groups.refetch()} />
          )}
          <div>
            {(groups.data ?? []).map(group => (
              <div key={group.roleGroupId}>
                <Checkbox
                  checked={chosen.includes(group.roleGroupId)}
                  onChange={(_, { checked }) =>
                    setChosen(
                      checked === true
                        ? [...chosen, group.roleGroupId]
                        : chosen.filter(each => each !== group.roleGroupId),
                    )
                  }
                  label={
                    <span className={styles.role}>
                      <span>{group.name}</span>
                      <span className={styles.second}>{group.description}</span>
                    </span>
                  }
                />
              </div>
            ))}
          </div>
        </fieldset>
      </div>
      {add.data !== undefined && add.data.password !== null && (
        <PasswordOnce
          name={add.data.person.displayName}
          username={add.data.person.username}
          password={add.data.password}
          onClose={() =>
            void navigate(`/permissions/people/${add.data.person.personId}${search}`, { replace: true })
          }
        />
      )}
    </SidePanel>
  )
}
