/** The members of a role group: added by name, taken out one by one. Each change holds at once. */
import { Button } from '@fluentui/react-components'
import { PersonDeleteRegular } from '@fluentui/react-icons/svg/person-delete'
import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { Link } from 'react-router'
import { client, type Person, type RoleGroup } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { Finder } from '../parts/finder.tsx'
import { useTexts } from '../parts/language.ts'
import { ProblemNote } from '../parts/problem-note.tsx'
import { SkeletonBlock } from '../parts/skeleton.tsx'
import { showDone } from '../parts/toast.tsx'
import styles from './permissions.module.css'
import { permissionsTexts } from './texts.ts'
import { PEOPLE_KEY, ROLE_GROUPS_KEY, useReadAgain } from './use-permissions.ts'

const PAGE = 50

export function Members({ group }: { readonly group: RoleGroup }) {
  const t = useTexts(permissionsTexts)
  const readAgain = useReadAgain()
  const { roleGroupId } = group
  const members = useInfiniteQuery({
    queryKey: [...ROLE_GROUPS_KEY, roleGroupId, 'members'],
    queryFn: ({ pageParam, signal }) =>
      client.listMembers({
        roleGroupId,
        limit: PAGE,
        ...(pageParam === null ? {} : { after: pageParam }),
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: page => page.next,
  })
  const change = useMutation({
    mutationFn: ({ person, added }: { person: Pick<Person, 'personId' | 'displayName'>; added: boolean }) =>
      added
        ? client.addMember({ roleGroupId, personId: person.personId })
        : client.removeMember({ roleGroupId, personId: person.personId }),
    onSuccess: (_, { person, added }) => {
      showDone(t(added ? 'memberAdded' : 'memberRemoved', { name: person.displayName }))
      return readAgain()
    },
  })
  const rows = members.data?.pages.flatMap(page => page.rows)
  return (
    <section className={styles.part}>
      <h3 className={styles.heading}>{t('members')}</h3>
      {change.error instanceof Problem && <ProblemNote problem={change.error} />}
      {members.error instanceof Problem && (
        <ProblemNote problem={members.error} onRetry={() => void members.refetch()} />
      )}
      <Finder<Person>
        label={t('addMember')}
        placeholder={t('memberPlaceholder')}
        none={t('nobodyFound')}
        queryKey={PEOPLE_KEY}
        find={(containing, signal) => client.listPersons({ containing, limit: 20, signal })}
        isTaken={row => row.roleGroups.some(each => each.roleGroupId === roleGroupId)}
        keyOf={row => String(row.personId)}
        nameOf={row => row.displayName}
        detailOf={row => row.username}
        onChoose={person => change.mutate({ person, added: true })}
      />
      {rows === undefined && members.error === null && <SkeletonBlock height="88px" />}
      {rows?.length === 0 && <span className={styles.quiet}>{t('noMembers')}</span>}
      {rows !== undefined && rows.length > 0 && (
        <ul className={styles.members}>
          {rows.map(member => (
            <li key={member.personId}>
              <span className={styles.two}>
                <Link to={`/permissions/people/${member.personId}`}>{member.displayName}</Link>
                <span className={styles.second}>
                  {[
                    member.username,
                    ...(member.status === 'disabled' ? [t('disabledMember')] : []),
                    ...(member.source === 'oidc' ? [t('byOrganisation')] : []),
                  ].join(', ')}
                </span>
              </span>
              <Button
                appearance="subtle"
                icon={<PersonDeleteRegular />}
                aria-label={t('removeMember', { name: member.displayName })}
                disabledFocusable={change.isPending}
                onClick={() => change.mutate({ person: member, added: false })}
              />
            </li>
          ))}
        </ul>
      )}
      {members.hasNextPage && (
        <div>
          <Button disabledFocusable={members.isFetching} onClick={() => void members.fetchNextPage()}>
            {t('moreMembers')}
          </Button>
        </div>
      )}
    </section>
  )
}
