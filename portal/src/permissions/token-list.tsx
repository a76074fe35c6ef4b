/** Everybody's API tokens: whose, with which roles, until when; any of them can be revoked. */
import { Button } from '@fluentui/react-components'
import { KeyRegular } from '@fluentui/react-icons/svg/key'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { type ApiToken, client } from '../client/client.ts'
import { Confirm } from '../parts/confirm.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { useTexts } from '../parts/language.ts'
import { Moment } from '../parts/moment.tsx'
import { StatusBadge } from '../parts/status-badge.tsx'
import { DataTable } from '../parts/table.tsx'
import { showDone } from '../parts/toast.tsx'
import { allRows } from '../parts/use-page.ts'
import { useWords } from '../parts/words.ts'
import { LinkButton } from './link-button.tsx'
import styles from './permissions.module.css'
import { PermissionsPage } from './permissions-page.tsx'
import { permissionsTexts } from './texts.ts'

const KEY = ['permissions', 'tokens'] as const

export function TokenList() {
  const t = useTexts(permissionsTexts)
  const w = useWords()
  const queries = useQueryClient()
  const [revoking, setRevoking] = useState<ApiToken | null>(null)
  const tokens = useQuery({
    queryKey: KEY,
    queryFn: async ({ signal }) => (await client.listTokens({ signal })).rows,
  })
  const own = <LinkButton to="/account/tokens">{t('ownTokens')}</LinkButton>
  return (
    <PermissionsPage>
      <div className={styles.tools}>
        <span className={styles.quiet}>{t('tokensPurpose')}</span>
        {own}
      </div>
      <DataTable<ApiToken>
        label={t('tokens')}
        page={allRows(tokens)}
        rowKey={row => row.tokenId}
        expected={4}
        empty={
          <EmptyState icon={<KeyRegular />} title={t('noTokens')} headingLevel={2}>
            {t('noTokensWhy')}
          </EmptyState>
        }
        columns={[
          { key: 'name', header: w('name'), cell: row => row.name },
          {
            key: 'owner',
            header: t('owner'),
            cell: row => (
              <span className={styles.two}>
                <span>{row.displayName}</span>
                <span className={styles.second}>{row.username}</span>
              </span>
            ),
          },
          { key: 'roles', header: w('roles'), cell: row => row.roles.join(', ') },
          { key: 'state', header: w('status'), width: '120px', cell: row => <TokenState token={row} /> },
          {
            key: 'expires',
            header: t('expires'),
            width: '130px',
            cell: row => <Moment at={row.expiresAt} kind="date" />,
          },
          {
            key: 'used',
            header: t('lastUsed'),
            width: '170px',
            cell: row => (row.lastUsedAt === null ? w('never') : <Moment at={row.lastUsedAt} />),
          },
          {
            key: 'revoke',
            header: w('commands'),
            headerUnseen: true,
            align: 'end',
            width: '110px',
            cell: row =>
              isGood(row) && (
                <Button
                  size="small"
                  aria-label={t('revokeNamed', { name: row.name })}
                  onClick={() => setRevoking(row)}
                >
                  {t('revoke')}
                </Button>
              ),
          },
        ]}
      />
      {revoking !== null && (
        <Confirm
          title={t('revokeQuestion', { name: revoking.name, owner: revoking.displayName })}
          act={t('revoke')}
          onConfirm={async () => {
            await client.revokeToken({ tokenId: revoking.tokenId })
            showDone(t('tokenRevoked'))
            await queries.invalidateQueries({ queryKey: KEY })
          }}
          onClose={() => setRevoking(null)}
        >
          {t('revokeWhy')}
        </Confirm>
      )}
    </PermissionsPage>
  )
}

const isGood = (token: ApiToken): boolean =>
  token.revokedAt === null && Date.parse(token.expiresAt) > Date.now()

function TokenState({ token }: { readonly token: ApiToken }) {
  const t = useTexts(permissionsTexts)
  if (token.revokedAt !== null) return <StatusBadge kind="neutral" text={t('revoked')} />
  if (!isGood(token)) return <StatusBadge kind="waiting" text={t('expired')} />
  return <StatusBadge kind="good" text={t('valid')} />
}
