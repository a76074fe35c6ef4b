/** The conditions of an adaptive scope as fields: attribute, how, values; all or any of them; and groups of such. */
import { Button, Dropdown, Field, Input, Option, Select } from '@fluentui/react-components'
import { AddRegular } from '@fluentui/react-icons/svg/add'
import { DismissRegular } from '@fluentui/react-icons/svg/dismiss'
import { useTexts } from '../parts/language.ts'
import { useAttributes } from './choices.ts'
import styles from './retention.module.css'
import {
  type Fields,
  type Group,
  type Join,
  NO_ROW,
  OPERATORS,
  type Operator,
  type Row,
} from './scope-draft.ts'
import { scopeTexts } from './scope-texts.ts'

/** What the directory says of everybody, beside the further columns of its file. */
const ALWAYS = ['Address', 'Display Name']

type Attribute = ReturnType<typeof useAttributes>[number]

export function ScopeFields(props: { readonly value: Fields; readonly onChange: (value: Fields) => void }) {
  const { value, onChange } = props
  const t = useTexts(scopeTexts)
  const attributes = useAttributes()
  const { join, parts } = value
  const set = (index: number, part: Row | Group) =>
    onChange({ ...value, parts: parts.map((each, at) => (at === index ? part : each)) })
  const drop = (index: number) => onChange({ ...value, parts: parts.filter((_, at) => at !== index) })
  return (
    <div className={styles.tight}>
      <JoinField value={join} onChange={next => onChange({ ...value, join: next })} />
      {attributes.length === 0 && <p className={styles.note}>{t('noAttributes')}</p>}
      {parts.map((part, index) =>
        part.type === 'row' ? (
          <RowFields
            // biome-ignore lint/suspicious/noArrayIndexKey: a condition is known by its place alone
            key={index}
            row={part}
            attributes={attributes}
            onChange={row => set(index, row)}
            onRemove={() => drop(index)}
          />
        ) : (
          <GroupFields
            // biome-ignore lint/suspicious/noArrayIndexKey: a group is known by its place alone
            key={index}
            group={part}
            attributes={attributes}
            onChange={group => set(index, group)}
            onRemove={() => drop(index)}
          />
        ),
      )}
      <div className={styles.foot}>
        <Button icon={<AddRegular />} onClick={() => onChange({ ...value, parts: [...parts, NO_ROW] })}>
          {t('addCondition')}
        </Button>
        <Button
          icon={<AddRegular />}
          onClick={() =>
            onChange({
              ...value,
              parts: [
                ...parts,
                { type: 'group', join: join === 'and' ? 'or' : 'and', rows: [NO_ROW, NO_ROW] },
              ],
            })
          }
        >
          {t('addGroup')}
        </Button>
      </div>
    </div>
  )
}

function JoinField({ value, onChange }: { readonly value: Join; readonly onChange: (join: Join) => void }) {
  const t = useTexts(scopeTexts)
  return (
    <Field label={t('join')} className={styles.filter!}>
      <Select value={value} onChange={(_, { value: chosen }) => onChange(chosen === 'or' ? 'or' : 'and')}>
        <option value="and">{t('joinAll')}</option>
        <option value="or">{t('joinAny')}</option>
      </Select>
    </Field>
  )
}

type GroupProps = {
  readonly group: Group
  readonly attributes: readonly Attribute[]
  readonly onChange: (group: Group) => void
  readonly onRemove: () => void
}

function GroupFields({ group, attributes, onChange, onRemove }: GroupProps) {
  const t = useTexts(scopeTexts)
  const { rows } = group
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset of fieldsets would be heard twice
    <div role="group" className={styles.group} aria-label={t('group')}>
      <JoinField value={group.join} onChange={join => onChange({ ...group, join })} />
      {rows.map((row, index) => (
        <RowFields
          // biome-ignore lint/suspicious/noArrayIndexKey: a condition is known by its place alone
          key={index}
          row={row}
          attributes={attributes}
          onChange={next =>
            onChange({ ...group, rows: rows.map((each, at) => (at === index ? next : each)) })
          }
          onRemove={() => onChange({ ...group, rows: rows.filter((_, at) => at !== index) })}
        />
      ))}
      <div className={styles.foot}>
        <Button
          size="small"
          icon={<AddRegular />}
          onClick={() => onChange({ ...group, rows: [...rows, NO_ROW] })}
        >
          {t('addCondition')}
        </Button>
        <Button size="small" icon={<DismissRegular />} onClick={onRemove}>
          {t('removeGroup')}
        </Button>
      </div>
    </div>
  )
}

type RowProps = {
  readonly row: Row
  readonly attributes: readonly Attribute[]
  readonly onChange: (row: Row) => void
  readonly onRemove: () => void
}

function RowFields({ row, attributes, onChange, onRemove }: RowProps) {
  const t = useTexts(scopeTexts)
  const names = [...attributes.map(each => each.attribute), ...ALWAYS]
  const known = attributes.find(each => each.attribute.toLowerCase() === row.attribute.toLowerCase())
  const isOther =
    row.attribute !== '' && !names.some(name => name.toLowerCase() === row.attribute.toLowerCase())
  const isWhole = row.operator === 'equals' || row.operator === 'not-equals'
  return (
    <div className={styles.condition}>
      <Field label={t('attribute')}>
        <Select
          value={known?.attribute ?? row.attribute}
          onChange={(_, { value }) => onChange({ ...row, attribute: value, values: [] })}
        >
          <option value="">{t('chooseAttribute')}</option>
          {[...names, ...(isOther ? [row.attribute] : [])].map(name => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </Select>
      </Field>
      <Field label={t('operator')}>
        <Select
          value={row.operator}
          onChange={(_, { value }) => onChange({ ...row, operator: value as Operator })}
        >
          {OPERATORS.map(each => (
            <option key={each} value={each}>
              {t(each)}
            </option>
          ))}
        </Select>
      </Field>
      {isWhole && known !== undefined && known.values.length > 0 ? (
        <KnownValues row={row} values={known.values} onChange={values => onChange({ ...row, values })} />
      ) : (
        <Field label={t('values')}>
          <Input
            autoComplete="off"
            placeholder={t('valuesHint')}
            value={row.values.join(',')}
            onChange={(_, { value }) => onChange({ ...row, values: value === '' ? [] : value.split(',') })}
          />
        </Field>
      )}
      <Button
        appearance="subtle"
        icon={<DismissRegular />}
        aria-label={t('removeCondition')}
        onClick={onRemove}
      />
    </div>
  )
}

function KnownValues(props: {
  readonly row: Row
  readonly values: Attribute['values']
  readonly onChange: (values: readonly string[]) => void
}) {
  const { row, values, onChange } = props
  const t = useTexts(scopeTexts)
  // A value that nobody has any more is still one that was chosen.
  const gone = row.values.filter(
    value => !values.some(each => each.value.toLowerCase() === value.toLowerCase()),
  )
  return (
    <Field label={t('values')}>
      <Dropdown
        multiselect
        inlinePopup
        placeholder={t('chooseValues')}
        value={row.values.join(', ')}
        selectedOptions={[...row.values]}
        onOptionSelect={(_, { selectedOptions }) => onChange(selectedOptions)}
        style={{ minWidth: 0 }}
      >
        {values.map(({ value, mailboxes }) => (
          <Option key={value} value={value} text={value}>
            {t('valueCount', { value, count: mailboxes })}
          </Option>
        ))}
        {gone.map(value => (
          <Option key={value} value={value} text={value}>
            {t('valueCount', { value, count: 0 })}
          </Option>
        ))}
      </Dropdown>
    </Field>
  )
}
