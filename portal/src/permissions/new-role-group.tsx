/** A new role group; `role` in the address is chosen already. Its panel opens for the members. */
import { Button } from '@fluentui/react-components'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import { client } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { ROLE_NAMES } from '../client/role.ts'
import { useTexts } from '../parts/language.ts'
import { ProblemNote } from '../parts/problem-note.tsx'
import { SidePanel } from '../parts/side-panel.tsx'
import { showDone } from '../parts/toast.tsx'
import { useWords } from '../parts/words.ts'
import styles from './permissions.module.css'
import { bodyOf, type GroupFields, RoleGroupForm } from './role-group-form.tsx'
import { permissionsTexts } from './texts.ts'
import { useReadAgain } from './use-permissions.ts'

export function NewRoleGroup() {
  const t = useTexts(permissionsTexts)
  const w = useWords()
  const navigate = useNavigate()
  const readAgain = useReadAgain()
  const [params] = useSearchParams()
  const [fields, setFields] = useState<GroupFields>(() => ({
    name: '',
    description: '',
    roles: ROLE_NAMES.filter(role => params.getAll('role').includes(role)),
    limit: null,
  }))
  const add = useMutation({
    mutationFn: () => client.addRoleGroup({ body: bodyOf(fields) }),
    onSuccess: async ({ roleGroupId, name }) => {
      showDone(t('groupAdded', { name }))
      await readAgain()
      await navigate(`/permissions/groups/${roleGroupId}`, { replace: true })
    },
  })
  return (
    <SidePanel
      title={t('addGroup')}
      closeTo="/permissions"
      wide
      foot={
        <div className={styles.foot}>
          <Button
            appearance="primary"
            disabledFocusable={fields.name.trim() === '' || add.isPending}
            onClick={() => add.mutate()}
          >
            {t('addGroup')}
          </Button>
          <Button onClick={() => void navigate('/permissions')}>{w('cancel')}</Button>
        </div>
      }
    >
      {add.error instanceof Problem && <ProblemNote problem={add.error} />}
      <RoleGroupForm fields={fields} builtIn={false} onChange={setFields} />
    </SidePanel>
  )
}
