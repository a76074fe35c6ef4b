/** Which mailboxes a role group reaches: every one, or those listed and those whose directory entry meets conditions. */
import { Button, Dropdown, Option, Radio, RadioGroup } from '@fluentui/react-components'
import { AddRegular } from '@fluentui/react-icons/svg/add'
import { DismissRegular } from '@fluentui/react-icons/svg/dismiss'
import { useQuery } from '@tanstack/react-query'
import { client, type DirectoryAttribute } from '../client/client.ts'
import type { Role } from '../client/role.ts'
import { localeOf, useLanguage, useTexts } from '../parts/language.ts'
import { MailboxesField } from '../parts/mailbox-finder.tsx'
import { Notice } from '../parts/notice.tsx'
import type { Condition, Limit } from './limit.ts'
import { LimitPreview } from './limit-preview.tsx'
import styles from './permissions.module.css'
import { permissionsTexts } from './texts.ts'

const CONDITIONS_MAX = 20

type Props = {
  readonly roles: readonly Role[]
  readonly limit: Limit | null
  readonly onChange: (limit: Limit | null) => void
}

export function LimitField({ roles, limit, onChange }: Props) {
  const t = useTexts(permissionsTexts)
  const [language] = useLanguage()
  const known = useQuery({
    queryKey: ['permissions', 'roles'],
    queryFn: async ({ signal }) => (await client.listRoles({ signal })).rows,
  })
  const whole = (known.data ?? []).filter(each => !each.limitable && roles.includes(each.role))
  const names = new Intl.ListFormat(localeOf(language)).format(whole.map(({ role }) => role))
  return (
    <fieldset className={styles.part}>
      <legend>{t('limit')}</legend>
      <RadioGroup
        aria-label={t('limit')}
        value={limit === null ? 'every' : 'some'}
        onChange={(_, { value }) => onChange(value === 'every' ? null : { mailboxes: [], conditions: [] })}
      >
        <Radio value="every" label={t('limitEvery')} />
        <Radio value="some" label={t('limitSome')} disabled={limit === null && whole.length > 0} />
      </RadioGroup>
      {whole.length > 0 && (
        <Notice kind={limit === null ? 'note' : 'warning'}>{t('limitImpossible', { roles: names })}</Notice>
      )}
      {limit !== null && <Some limit={limit} onChange={onChange} />}
    </fieldset>
  )
}

function Some({ limit, onChange }: { readonly limit: Limit; readonly onChange: (limit: Limit) => void }) {
  const t = useTexts(permissionsTexts)
  const attributes = useQuery({
    queryKey: ['permissions', 'attributes'],
    queryFn: async ({ signal }) => (await client.listDirectoryAttributes({ signal })).rows,
  })
  const { conditions } = limit
  const change = (index: number, condition: Condition) =>
    onChange({ ...limit, conditions: conditions.map((each, at) => (at === index ? condition : each)) })
  return (
    <div className={styles.limit}>
      <MailboxesField
        label={t('limitMailboxes')}
        source="limit"
        chosen={limit.mailboxes}
        onChange={mailboxes => onChange({ ...limit, mailboxes })}
      />
      <div className={styles.stack}>
        <strong>{t('limitConditions')}</strong>
        {attributes.data?.length === 0 ? (
          <span className={styles.quiet}>{t('limitNoAttributes')}</span>
        ) : (
          <>
            <span className={styles.quiet}>{t('limitConditionsHint')}</span>
            {conditions.map((condition, index) => (
              <ConditionRow
                // biome-ignore lint/suspicious/noArrayIndexKey: a condition is known by its place alone
                key={index}
                condition={condition}
                attributes={attributes.data ?? []}
                onChange={next => change(index, next)}
                onRemove={() =>
                  onChange({ ...limit, conditions: conditions.filter((_, at) => at !== index) })
                }
              />
            ))}
            <div>
              <Button
                icon={<AddRegular />}
                disabledFocusable={conditions.length >= CONDITIONS_MAX}
                onClick={() =>
                  onChange({ ...limit, conditions: [...conditions, { attribute: '', values: [] }] })
                }
              >
                {t('limitAddCondition')}
              </Button>
            </div>
          </>
        )}
      </div>
      <LimitPreview limit={limit} />
    </div>
  )
}

type ConditionProps = {
  readonly condition: Condition
  readonly attributes: readonly DirectoryAttribute[]
  readonly onChange: (condition: Condition) => void
  readonly onRemove: () => void
}

function ConditionRow({ condition, attributes, onChange, onRemove }: ConditionProps) {
  const t = useTexts(permissionsTexts)
  const found = attributes.find(each => each.attribute.toLowerCase() === condition.attribute.toLowerCase())
  // A value that nobody has any more is still one that was chosen.
  const gone = condition.values.filter(
    value => !found?.values.some(each => each.value.toLowerCase() === value.toLowerCase()),
  )
  return (
    <div className={styles.condition}>
      <Dropdown
        aria-label={t('limitAttribute')}
        placeholder={t('limitAttribute')}
        value={condition.attribute}
        selectedOptions={condition.attribute === '' ? [] : [found?.attribute ?? condition.attribute]}
        onOptionSelect={(_, { optionValue = '' }) => onChange({ attribute: optionValue, values: [] })}
        style={{ minWidth: 0 }}
      >
        {attributes.map(({ attribute }) => (
          <Option key={attribute}>{attribute}</Option>
        ))}
      </Dropdown>
      <span>{t('limitIs')}</span>
      <Dropdown
        multiselect
        aria-label={t('limitValues')}
        placeholder={t('limitValuesPlaceholder')}
        value={condition.values.join(', ')}
        selectedOptions={[...condition.values]}
        onOptionSelect={(_, { selectedOptions }) => onChange({ ...condition, values: selectedOptions })}
        style={{ minWidth: 0 }}
      >
        {(found?.values ?? []).map(({ value, mailboxes }) => (
          <Option key={value} value={value} text={value}>
            {t('limitValueCount', { value, count: mailboxes })}
          </Option>
        ))}
        {gone.map(value => (
          <Option key={value} value={value} text={value}>
            {t('limitValueCount', { value, count: 0 })}
          </Option>
        ))}
      </Dropdown>
      <Button
        appearance="subtle"
        icon={<DismissRegular />}
        aria-label={t('limitRemoveCondition')}
        onClick={onRemove}
      />
    </div>
  )
}
