/** One's own API tokens: made with some of one's roles, shown once, revoked at any time. */
import { Button } from '@fluentui/react-components'
import { AddRegular } from '@fluentui/react-icons/svg/add'
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
import { allRows } from '../parts/use-page.ts'
import { useWords } from '../parts/words.ts'
import styles from './form.module.css'
import { NewToken } from './new-token.tsx'
import { signinTexts } from './texts.ts'

export function OwnTokens() {
  const t = useTexts(signinTexts)
  const w = useWords()
  const queries = useQueryClient()
  const [making, setMaking] = useState(false)
  const [revoking, setRevoking] = useState<ApiToken | null>(null)
  const tokens = useQuery({
    queryKey: ['account', 'tokens'],
    queryFn: async ({ signal }) => (await client.listOwnTokens({ signal })).rows,
  })
  const readAgain = () => queries.invalidateQueries({ queryKey: ['account', 'tokens'] })
  const add = (
    <Button appearance="primary" icon={<AddRegular />} onClick={() => setMaking(true)}>
      {t('addToken')}
    </Button>
  )
  return (
    <>
      <p className={styles.text}>{t('tokensPurpose')}</p>
      {(tokens.data?.length ?? 0) > 0 && <div>{add}</div>}
      <DataTable
        label={t('tokens')}
        page={allRows(tokens)}
        rowKey={row => row.tokenId}
        expected={3}
        empty={
          <EmptyState icon={<KeyRegular />} title={t('noTokens')} headingLevel={2} action={add}>
            {t('noTokensWhy')}
          </EmptyState>
        }
        columns={[
          { key: 'name', header: w('name'), cell: row => row.name },
          { key: 'roles', header: w('roles'), cell: row => row.roles.join(', ') },
          { key: 'state', header: w('status'), cell: row => <TokenState token={row} /> },
          { key: 'expires', header: t('expires'), cell: row => <Moment at={row.expiresAt} kind="date" /> },
          {
            key: 'used',
            header: t('lastUsed'),
            cell: row => (row.lastUsedAt === null ? w('never') : <Moment at={row.lastUsedAt} />),
          },
          {
            key: 'revoke',
            header: w('commands'),
            headerUnseen: true,
            align: 'end',
            cell: row =>
              row.revokedAt === null && (
                <Button
                  size="small"
                  onClick={() => setRevoking(row)}
                  aria-label={t('revokeNamed', { name: row.name })}
                >
                  {t('revoke')}
                </Button>
              ),
          },
        ]}
      />
      {making && (
        <NewToken
          onClose={() => {
            setMaking(false)
            void readAgain()
          }}
        />
      )}
      {revoking !== null && (
        <Confirm
          title={t('revokeQuestion', { name: revoking.name })}
          act={t('revoke')}
          onConfirm={async () => {
            await client.revokeOwnToken({ tokenId: revoking.tokenId })
            await readAgain()
          }}
          onClose={() => setRevoking(null)}
        >
          {t('revokeWhy')}
        </Confirm>
      )}
    </>
  )
}

function TokenState({ token }: { readonly token: ApiToken }) {
  const t = useTexts(signinTexts)
  if (token.revokedAt !== null) return <StatusBadge kind="neutral" text={t('tokenRevoked')} />
  if (Date.parse(token.expiresAt) < Date.now()) return <StatusBadge kind="waiting" text={t('tokenExpired')} />
  return <StatusBadge kind="good" text={t('tokenValid')} />
}
