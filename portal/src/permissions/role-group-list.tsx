/** All role groups, and the one thing that is missing at first. */
import { Badge } from '@fluentui/react-components'
import { AddRegular } from '@fluentui/react-icons/svg/add'
import { useQuery } from '@tanstack/react-query'
import { Outlet, useParams } from 'react-router'
import { client, type RoleGroup } from '../client/client.ts'
import { Count } from '../parts/count.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { useTexts } from '../parts/language.ts'
import { DataTable } from '../parts/table.tsx'
import { allRows } from '../parts/use-page.ts'
import { useWords } from '../parts/words.ts'
import { ImportExportNotice } from './import-export-notice.tsx'
import { LinkButton } from './link-button.tsx'
import styles from './permissions.module.css'
import { PermissionsPage } from './permissions-page.tsx'
import { permissionsTexts } from './texts.ts'
import { ROLE_GROUPS_KEY } from './use-permissions.ts'

export function RoleGroupList() {
  const t = useTexts(permissionsTexts)
  const w = useWords()
  const { roleGroupId } = useParams()
  const groups = useQuery({
    queryKey: ROLE_GROUPS_KEY,
    queryFn: async ({ signal }) => (await client.listRoleGroups({ signal })).rows,
  })
  return (
    <PermissionsPage
      primary={
        <LinkButton to="/permissions/groups/new" primary icon={<AddRegular />}>
          {t('addGroup')}
        </LinkButton>
      }
    >
      {groups.data !== undefined && <ImportExportNotice groups={groups.data} />}
      <DataTable<RoleGroup>
        label={t('roleGroups')}
        page={allRows(groups)}
        rowKey={row => row.roleGroupId}
        rowLink={row => `/permissions/groups/${row.roleGroupId}`}
        selected={roleGroupId === undefined ? null : Number(roleGroupId)}
        expected={5}
        empty={<EmptyState title={t('noGroups')} headingLevel={2} />}
        columns={[
          { key: 'name', header: w('name'), width: '250px', cell: row => row.name },
          {
            key: 'roles',
            header: w('roles'),
            cell: row =>
              row.roles.length === 0 ? (
                <span className={styles.quiet}>{t('noRoles')}</span>
              ) : (
                <span className={styles.roleNames}>
                  {row.roles.map(role => (
                    <span key={role}>{role}</span>
                  ))}
                </span>
              ),
          },
          {
            key: 'members',
            header: t('members'),
            width: '110px',
            align: 'end',
            cell: row => <Count value={row.members} />,
          },
          {
            key: 'limit',
            header: t('limitedTo'),
            width: '170px',
            cell: row => (row.reached === null ? t('everyMailbox') : t('reaches', { count: row.reached })),
          },
          {
            key: 'builtIn',
            header: w('status'),
            headerUnseen: true,
            width: '90px',
            align: 'end',
            cell: row =>
              row.builtIn && (
                <Badge appearance="outline" color="informative">
                  {t('builtIn')}
                </Badge>
              ),
          },
        ]}
      />
      <Outlet />
    </PermissionsPage>
  )
}
