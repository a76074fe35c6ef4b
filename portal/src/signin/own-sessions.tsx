/** Where one is signed in, and signing out there, or everywhere. */
import { Button } from '@fluentui/react-components'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../client/client.ts'
import { goOut } from '../client/session.ts'
import { Confirm } from '../parts/confirm.tsx'
import { useTexts } from '../parts/language.ts'
import { Moment } from '../parts/moment.tsx'
import { StatusBadge } from '../parts/status-badge.tsx'
import { DataTable } from '../parts/table.tsx'
import { showDone, showProblem } from '../parts/toast.tsx'
import { allRows } from '../parts/use-page.ts'
import { useWords } from '../parts/words.ts'
import styles from './form.module.css'
import { signinTexts } from './texts.ts'

export function OwnSessions() {
  const t = useTexts(signinTexts)
  const w = useWords()
  const queries = useQueryClient()
  const [asking, setAsking] = useState(false)
  const sessions = useQuery({
    queryKey: ['account', 'sessions'],
    queryFn: async ({ signal }) => (await client.listOwnSessions({ signal })).rows,
  })
  const end = useMutation({
    mutationFn: (sessionId: string) => client.endOwnSession({ sessionId }),
    onSuccess: () => {
      showDone(t('sessionEnded'))
      return queries.invalidateQueries({ queryKey: ['account', 'sessions'] })
    },
    onError: showProblem,
  })
  return (
    <>
      <p className={styles.text}>{t('sessionsPurpose')}</p>
      <DataTable
        label={t('sessions')}
        page={allRows(sessions)}
        rowKey={row => row.sessionId}
        expected={2}
        empty={null}
        columns={[
          {
            key: 'place',
            header: t('place'),
            cell: row => (row.place === 'portal' ? t('placePortal') : t('placeConsole')),
          },
          {
            key: 'method',
            header: t('method'),
            cell: row => (row.method === 'password' ? t('methodPassword') : t('methodOidc')),
          },
          { key: 'since', header: t('since'), cell: row => <Moment at={row.createdAt} /> },
          { key: 'used', header: t('lastUsed'), cell: row => <Moment at={row.usedAt} /> },
          {
            key: 'end',
            header: w('commands'),
            headerUnseen: true,
            align: 'end',
            cell: row =>
              row.current ? (
                <StatusBadge kind="good" text={t('thisSession')} />
              ) : (
                <Button
                  size="small"
                  disabledFocusable={end.isPending}
                  onClick={() => end.mutate(row.sessionId)}
                >
                  {t('endSession')}
                </Button>
              ),
          },
        ]}
      />
      <div>
        <Button onClick={() => setAsking(true)}>{t('signOutEverywhere')}</Button>
      </div>
      {asking && (
        <Confirm
          title={t('signOutEverywhereQuestion')}
          act={t('signOutEverywhere')}
          onConfirm={async () => {
            await client.signOutEverywhere()
            goOut(true)
          }}
          onClose={() => setAsking(false)}
        >
          {t('signOutEverywhereWhy', { count: sessions.data?.length ?? 1 })}
        </Confirm>
      )}
    </>
  )
}
