/** *Who would be found?*: the registered users by CSV, by e-mail, by neither, now and with the file; and who moves. */
import type { MappingCheck } from '../client/client.ts'
import { Count } from '../parts/count.tsx'
import { useTexts } from '../parts/language.ts'
import { Phone } from '../parts/phone.tsx'
import { mappingTexts } from './mapping-texts.ts'
import table from './plain-table.module.css'
import { e164 } from './users.tsx'
import styles from './wizard.module.css'

type Preview = NonNullable<MappingCheck['preview']>
type Found = Preview['users'][number]['after']

export function WhoIsFound({ preview }: { readonly preview: Preview }) {
  const t = useTexts(mappingTexts)
  const { users, usersTotal, moved, failuresOpen, failuresMended } = preview
  return (
    <div>
      <h4 className={table.title}>{t('who')}</h4>
      <table className={styles.tally} data-tally>
        <thead>
          <tr>
            <th scope="col">{t('registered')}</th>
            <th scope="col">{t('before')}</th>
            <th scope="col">{t('after')}</th>
          </tr>
        </thead>
        <tbody>
          {(['byCsv', 'byEmail', 'byNeither'] as const).map(how => (
            <tr key={how}>
              <th scope="row">{t(how)}</th>
              <td>
                <Count value={preview.before[how]} />
              </td>
              <td>
                <Count value={preview.after[how]} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <div className={table.facts}>
        <span>{moved === 0 ? t('movedNone') : t('moved', { count: moved })}</span>
        {failuresOpen > 0 && <span>{t('mended', { mended: failuresMended, open: failuresOpen })}</span>}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by the keyboard */}
      <section className={table.scroll} aria-label={t('users')} tabIndex={0}>
        <table className={table.table}>
          <thead>
            <tr>
              <th scope="col">{t('user')}</th>
              <th scope="col">{t('number')}</th>
              <th scope="col">{t('before')}</th>
              <th scope="col">{t('after')}</th>
            </tr>
          </thead>
          <tbody>
            {users.map(user => (
              <tr key={user.userId}>
                <th scope="row">{user.name === '' ? user.userId : user.name}</th>
                <td>
                  <Phone number={e164(user.number)} />
                </td>
                <td>
                  <Mailbox found={user.before} />
                </td>
                <td>
                  <Mailbox found={user.after} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {users.length < usersTotal && (
        <p className={table.note}>{t('usersShown', { shown: users.length, total: usersTotal })}</p>
      )}
    </div>
  )
}

function Mailbox({ found }: { readonly found: Found }) {
  const t = useTexts(mappingTexts)
  if (found.mailbox === null) return <em>{t('nobody')}</em>
  return (
    <>
      {found.mailbox} ({found.by === 'csv' ? t('viaCsv') : t('viaEmail')})
    </>
  )
}
