/** The people who may sign in. */
import { Button, SearchBox } from '@fluentui/react-components'
import { AddRegular } from '@fluentui/react-icons/svg/add'
import { useEffect, useState } from 'react'
import { Outlet, useLocation, useParams } from 'react-router'
import { client, type Person } from '../client/client.ts'
import { EmptyState } from '../parts/empty-state.tsx'
import { useTexts } from '../parts/language.ts'
import { Moment } from '../parts/moment.tsx'
import { DataTable } from '../parts/table.tsx'
import { usePage } from '../parts/use-page.ts'
import { useUrlState } from '../parts/use-url-state.ts'
import { useWords } from '../parts/words.ts'
import { LinkButton } from './link-button.tsx'
import styles from './permissions.module.css'
import { PermissionsPage } from './permissions-page.tsx'
import { PersonState } from './person-state.tsx'
import { permissionsTexts } from './texts.ts'
import { PEOPLE_KEY } from './use-permissions.ts'

const PAUSE_MS = 250

export function PersonList() {
  const t = useTexts(permissionsTexts)
  const w = useWords()
  const { personId } = useParams()
  const { search } = useLocation()
  const [{ q }, change] = useUrlState({ q: '' })
  const [text, setText] = useState(q)
  useEffect(() => {
    if (text.trim() === q) return
    const timer = setTimeout(() => change({ q: text.trim() }), PAUSE_MS)
    return () => clearTimeout(timer)
  }, [text, q, change])
  const page = usePage({
    key: [...PEOPLE_KEY, 'list', q],
    read: ({ after, signal }) => client.listPersons({ containing: q, limit: 50, after, signal }),
  })
  return (
    <PermissionsPage
      primary={
        <LinkButton to={`/permissions/people/new${search}`} primary icon={<AddRegular />}>
          {t('addPerson')}
        </LinkButton>
      }
    >
      <div className={styles.tools}>
        <SearchBox
          className={styles.search!}
          aria-label={t('searchPeople')}
          placeholder={t('searchPeople')}
          value={text}
          onChange={(_, { value }) => setText(value)}
        />
      </div>
      <DataTable<Person>
        label={t('people')}
        page={page}
        rowKey={row => row.personId}
        rowLink={row => `/permissions/people/${row.personId}${search}`}
        selected={personId === undefined ? null : Number(personId)}
        empty={
          <EmptyState
            title={t('noPeople')}
            headingLevel={2}
            action={
              <Button
                onClick={() => {
                  setText('')
                  change({ q: null })
                }}
              >
                {t('clearSearch')}
              </Button>
            }
          />
        }
        columns={[
          {
            key: 'name',
            header: w('name'),
            width: '260px',
            cell: row => (
              <span className={styles.two}>
                <span>{row.displayName}</span>
                <span className={styles.second}>{row.username}</span>
              </span>
            ),
          },
          {
            key: 'groups',
            header: t('roleGroupsOf'),
            cell: row =>
              row.roleGroups.length === 0 ? (
                <span className={styles.quiet}>{w('none')}</span>
              ) : (
                row.roleGroups.map(({ name }) => name).join(', ')
              ),
          },
          { key: 'status', header: w('status'), width: '160px', cell: row => <PersonState person={row} /> },
          {
            key: 'factor',
            header: t('secondFactor'),
            width: '120px',
            cell: row => (row.secondFactor ? w('on') : w('off')),
          },
          {
            key: 'lastSignIn',
            header: t('lastSignIn'),
            width: '170px',
            cell: row =>
              row.lastSignInAt === null ? (
                <span className={styles.quiet}>{w('never')}</span>
              ) : (
                <Moment at={row.lastSignInAt} />
              ),
          },
        ]}
      />
      <Outlet />
    </PermissionsPage>
  )
}
