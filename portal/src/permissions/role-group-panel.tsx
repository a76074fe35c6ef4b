/** One role group in a panel: its members, and below them what it is, what it gives and what it reaches. */
import { Button } from '@fluentui/react-components'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { client, type RoleGroup } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { Confirm } from '../parts/confirm.tsx'
import { useTexts } from '../parts/language.ts'
import { LeaveGuard } from '../parts/leave-guard.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { SidePanel } from '../parts/side-panel.tsx'
import { SkeletonBlock } from '../parts/skeleton.tsx'
import { showDone } from '../parts/toast.tsx'
import { useWords } from '../parts/words.ts'
import { Members } from './members.tsx'
import styles from './permissions.module.css'
import { bodyOf, fieldsOf, RoleGroupForm } from './role-group-form.tsx'
import { permissionsTexts } from './texts.ts'
import { ROLE_GROUPS_KEY, useReadAgain } from './use-permissions.ts'

export function RoleGroupPanel() {
  const w = useWords()
  const { roleGroupId: text = '' } = useParams()
  const roleGroupId = /^\d{1,9}$/.test(text) ? Number(text) : 0
  const query = useQuery({
    queryKey: [...ROLE_GROUPS_KEY, roleGroupId],
    queryFn: ({ signal }) => client.getRoleGroup({ roleGroupId, signal }),
  })
  if (query.data !== undefined) return <Found key={query.data.roleGroupId} group={query.data} />
  return (
    <SidePanel title={w('roleGroup')} closeTo="/permissions" wide>
      {query.error instanceof Problem ? (
        <ProblemNote problem={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <SkeletonBlock height="480px" />
      )}
    </SidePanel>
  )
}

function Found({ group }: { readonly group: RoleGroup }) {
  const t = useTexts(permissionsTexts)
  const w = useWords()
  const navigate = useNavigate()
  const readAgain = useReadAgain()
  // What was changed here, over what the archive has: members come and go below without losing it.
  const [edited, setEdited] = useState<ReturnType<typeof fieldsOf> | null>(null)
  const [removing, setRemoving] = useState(false)
  const fields = edited ?? fieldsOf(group)
  const changed =
    edited !== null && JSON.stringify(bodyOf(edited)) !== JSON.stringify(bodyOf(fieldsOf(group)))
  const save = useMutation({
    mutationFn: () =>
      client.editRoleGroup({
        roleGroupId: group.roleGroupId,
        revision: group.revision,
        body: bodyOf(fields),
      }),
    onSuccess: async () => {
      showDone(t('groupSaved', { name: fields.name.trim() }))
      await readAgain()
      setEdited(null)
    },
  })
  const startOver = async () => {
    save.reset()
    setEdited(null)
    await readAgain()
  }
  return (
    <SidePanel
      title={group.name}
      {...(group.builtIn ? { subtitle: t('builtIn') } : {})}
      closeTo="/permissions"
      wide
      foot={
        <div className={styles.foot}>
          <Button
            appearance="primary"
            disabledFocusable={!changed || fields.name.trim() === '' || save.isPending}
            onClick={() => save.mutate()}
          >
            {w('save')}
          </Button>
          <Button disabledFocusable={!changed} onClick={() => setEdited(null)}>
            {w('cancel')}
          </Button>
          {!group.builtIn && (
            <Button className={styles.end!} onClick={() => setRemoving(true)}>
              {t('removeGroup')}
            </Button>
          )}
        </div>
      }
    >
      <LeaveGuard changed={changed && !save.isPending} />
      {save.error instanceof Problem && (
        <ProblemNote
          problem={save.error}
          {...(save.error.code === 'REVISION_STALE' ? { onRetry: () => void startOver() } : {})}
        />
      )}
      <Members group={group} />
      <RoleGroupForm fields={fields} builtIn={group.builtIn} onChange={setEdited} />
      {removing && (
        <Confirm
          title={t('removeGroupQuestion', { name: group.name })}
          act={t('removeGroup')}
          onConfirm={async () => {
            await client.removeRoleGroup({ roleGroupId: group.roleGroupId, revision: group.revision })
            setEdited(null)
            await navigate('/permissions', { preventScrollReset: true })
            showDone(t('groupRemoved', { name: group.name }))
            await readAgain()
          }}
          onClose={() => setRemoving(false)}
        >
          {t('removeGroupWhy', { count: group.members })}
        </Confirm>
      )}
    </SidePanel>
  )
}
