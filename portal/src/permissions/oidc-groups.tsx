/** Which groups of the provider make members of which role groups. */
import { Button, Dropdown, Input, Option } from '@fluentui/react-components'
import { AddRegular } from '@fluentui/react-icons/svg/add'
import { DismissRegular } from '@fluentui/react-icons/svg/dismiss'
import { useQuery } from '@tanstack/react-query'
import { client } from '../client/client.ts'
import { useHoldsRole } from '../client/session.ts'
import { useTexts } from '../parts/language.ts'
import type { Provider } from './oidc-form.tsx'
import styles from './permissions.module.css'
import { signInTexts } from './sign-in-texts.ts'
import { ROLE_GROUPS_KEY } from './use-permissions.ts'

type Groups = Provider['groups']
type Props = {
  readonly groups: Groups
  readonly readOnly: boolean
  readonly onChange: (groups: Groups) => void
}

export function OidcGroups({ groups, readOnly, onChange }: Props) {
  const t = useTexts(signInTexts)
  const mayChoose = useHoldsRole('Role Management') && !readOnly
  const roleGroups = useQuery({
    queryKey: ROLE_GROUPS_KEY,
    queryFn: async ({ signal }) => (await client.listRoleGroups({ signal })).rows,
    enabled: mayChoose,
  })
  const nameOf = (id: number) =>
    id === 0
      ? ''
      : (roleGroups.data?.find(each => each.roleGroupId === id)?.name ?? t('roleGroupNumber', { id }))
  const change = (index: number, part: Partial<Groups[number]>) =>
    onChange(groups.map((each, at) => (at === index ? { ...each, ...part } : each)))
  return (
    <fieldset className={styles.part}>
      <legend>{t('groups')}</legend>
      {groups.map(({ group, roleGroupId }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is known by its place alone
        <div key={index} className={styles.mapping}>
          <Input
            aria-label={t('group')}
            placeholder={t('group')}
            value={group}
            maxLength={300}
            readOnly={readOnly}
            onChange={(_, { value }) => change(index, { group: value })}
          />
          <Dropdown
            aria-label={t('roleGroup')}
            placeholder={t('roleGroup')}
            disabled={!mayChoose}
            value={nameOf(roleGroupId)}
            selectedOptions={[String(roleGroupId)]}
            onOptionSelect={(_, { optionValue }) => change(index, { roleGroupId: Number(optionValue ?? 0) })}
            style={{ minWidth: 0 }}
          >
            {(roleGroups.data ?? []).map(each => (
              <Option key={each.roleGroupId} value={String(each.roleGroupId)}>
                {each.name}
              </Option>
            ))}
          </Dropdown>
          {!readOnly && (
            <Button
              appearance="subtle"
              icon={<DismissRegular />}
              aria-label={t('removeGroup')}
              onClick={() => onChange(groups.filter((_, at) => at !== index))}
            />
          )}
        </div>
      ))}
      {mayChoose && (
        <div>
          <Button icon={<AddRegular />} onClick={() => onChange([...groups, { group: '', roleGroupId: 0 }])}>
            {t('addGroup')}
          </Button>
        </div>
      )}
    </fieldset>
  )
}
