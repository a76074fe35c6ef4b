/** What policies and labels are called, for those who are told of them without managing them. */
import type { Sql } from '../database/database.ts'
import type { Ground } from '../ground.ts'
import { type NamedWords, openWords } from './label-sealed.ts'

type NamedRule = { readonly type: 'policy' | 'label'; readonly id: number }

/** null for a rule that is not there any more. */
export async function ruleNames(
  { keyring }: Pick<Ground, 'keyring'>,
  sql: Sql,
  rules: readonly NamedRule[],
): Promise<(rule: NamedRule) => string | null> {
  const idsOf = (type: NamedRule['type']) => [
    ...new Set(rules.filter(rule => rule.type === type).map(rule => rule.id)),
  ]
  const rows = await sql.query<NamedRule & { sealed: Buffer }>(
    `select 'policy' as type, policy_id as id, sealed from retention_policy where policy_id = any($1::integer[])
     union all select 'label', label_id, sealed from retention_label where label_id = any($2::integer[])`,
    [idsOf('policy'), idsOf('label')],
  )
  const names = new Map(
    rows.map(({ type, id, sealed }) => [
      `${type} ${id}`,
      openWords<NamedWords>(keyring, `retention-${type} ${id}`, sealed).name,
    ]),
  )
  return ({ type, id }) => names.get(`${type} ${id}`) ?? null
}
