/** The fields of a role group: name, description, roles, and which mailboxes they reach. */
import { Checkbox, Field, Input, Textarea } from '@fluentui/react-components'
import type { RoleGroup } from '../client/client.ts'
import { ROLE_NAMES, type Role } from '../client/role.ts'
import { useTexts } from '../parts/language.ts'
import { useWords } from '../parts/words.ts'
import { type Limit, limitBody } from './limit.ts'
import { LimitField } from './limit-field.tsx'
import styles from './permissions.module.css'
import { useRoleText } from './role-texts.ts'
import { permissionsTexts } from './texts.ts'

export type GroupFields = {
  readonly name: string
  readonly description: string
  readonly roles: readonly Role[]
  /** Null: every mailbox. */
  readonly limit: Limit | null
}

export const fieldsOf = (group: RoleGroup): GroupFields => ({
  name: group.name,
  description: group.description,
  roles: group.roles,
  limit: group.limit,
})

/** The fields as the API takes them. */
export const bodyOf = (fields: GroupFields) => ({
  name: fields.name.trim(),
  description: fields.description.trim(),
  roles: [...fields.roles],
  limit: fields.limit && limitBody(fields.limit),
})

type Props = {
  readonly fields: GroupFields
  readonly builtIn: boolean
  readonly onChange: (fields: GroupFields) => void
}

export function RoleGroupForm({ fields, builtIn, onChange }: Props) {
  const t = useTexts(permissionsTexts)
  const w = useWords()
  const roleText = useRoleText()
  const { roles } = fields
  const choose = (role: Role, chosen: boolean) =>
    onChange({
      ...fields,
      roles: ROLE_NAMES.filter(each => (each === role ? chosen : roles.includes(each))),
    })
  return (
    <div className={styles.form}>
      <Field label={w('name')} required={!builtIn} {...(builtIn ? { hint: t('groupNameHint') } : {})}>
        <Input
          value={fields.name}
          maxLength={100}
          readOnly={builtIn}
          onChange={(_, { value }) => onChange({ ...fields, name: value })}
        />
      </Field>
      <Field label={w('description')}>
        <Textarea
          value={fields.description}
          maxLength={500}
          resize="vertical"
          rows={3}
          onChange={(_, { value }) => onChange({ ...fields, description: value })}
        />
      </Field>
      <fieldset className={styles.part}>
        <legend>{w('roles')}</legend>
        <div className={styles.roles}>
          {ROLE_NAMES.map(role => (
            <Checkbox
              key={role}
              checked={roles.includes(role)}
              onChange={(_, { checked }) => choose(role, checked === true)}
              label={
                <span className={styles.role}>
                  <span>{role}</span>
                  <span className={styles.second}>{roleText(role)}</span>
                </span>
              }
            />
          ))}
        </div>
      </fieldset>
      <LimitField roles={roles} limit={fields.limit} onChange={limit => onChange({ ...fields, limit })} />
    </div>
  )
}
