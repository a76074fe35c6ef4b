/** Says that nobody can create connectors while no role group has the role for it, and mends it. */
import { Button } from '@fluentui/react-components'
import { useMutation } from '@tanstack/react-query'
import { client, type RoleGroup } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { useTexts } from '../parts/language.ts'
import { Notice } from '../parts/notice.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { showDone } from '../parts/toast.tsx'
import { LinkButton } from './link-button.tsx'
import styles from './permissions.module.css'
import { permissionsTexts } from './texts.ts'
import { useReadAgain } from './use-permissions.ts'

const ROLE = 'Mailbox Import Export'

export function ImportExportNotice({ groups }: { readonly groups: readonly RoleGroup[] }) {
  const t = useTexts(permissionsTexts)
  const readAgain = useReadAgain()
  const organization = groups.find(group => group.builtIn && group.name === 'Organization Management')
  const give = useMutation({
    mutationFn: (group: RoleGroup) =>
      client.editRoleGroup({
        roleGroupId: group.roleGroupId,
        revision: group.revision,
        body: { roles: [...group.roles, ROLE] },
      }),
    onSuccess: () => {
      showDone(t('addedToOrganization'))
      return readAgain()
    },
  })
  if (groups.some(group => group.roles.includes(ROLE))) return null
  return (
    <Notice kind="warning" title={t('importExport')}>
      <div className={styles.stack}>
        <span>{t('importExportWhy')}</span>
        {give.error instanceof Problem && <ProblemNote problem={give.error} plain />}
        <div className={styles.actions}>
          {organization !== undefined && (
            <Button disabledFocusable={give.isPending} onClick={() => give.mutate(organization)}>
              {t('addToOrganization')}
            </Button>
          )}
          <LinkButton to={`/permissions/groups/new?role=${encodeURIComponent(ROLE)}`}>
            {t('newGroupForIt')}
          </LinkButton>
        </div>
      </div>
    </Notice>
  )
}
