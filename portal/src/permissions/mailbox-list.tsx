/** Mailboxes that are named one by one: found by name or address, shown as chips that can be taken out. */
import { InteractionTag, InteractionTagPrimary, InteractionTagSecondary } from '@fluentui/react-components'
import { client, type MailboxName } from '../client/client.ts'
import { useTexts } from '../parts/language.ts'
import { Finder } from './finder.tsx'
import styles from './permissions.module.css'
import { permissionsTexts } from './texts.ts'

type Props = {
  readonly mailboxes: readonly MailboxName[]
  readonly onChange: (mailboxes: readonly MailboxName[]) => void
}

export function MailboxList({ mailboxes, onChange }: Props) {
  const t = useTexts(permissionsTexts)
  return (
    <div className={styles.stack}>
      <Finder<MailboxName>
        label={t('limitMailboxes')}
        placeholder={t('limitMailboxPlaceholder')}
        none={t('limitNoMailbox')}
        queryKey={['permissions', 'mailboxes']}
        find={async (containing, signal) => (await client.findLimitMailboxes({ containing, signal })).rows}
        taken={row => mailboxes.some(each => each.mailboxId === row.mailboxId)}
        keyOf={row => String(row.mailboxId)}
        nameOf={row => row.displayName}
        detailOf={row => row.address}
        onChoose={row => onChange([...mailboxes, row])}
      />
      {mailboxes.length > 0 && (
        <ul className={styles.chips}>
          {mailboxes.map(mailbox => (
            <li key={mailbox.mailboxId}>
              <InteractionTag>
                <InteractionTagPrimary hasSecondaryAction title={mailbox.address}>
                  {mailbox.displayName}
                </InteractionTagPrimary>
                <InteractionTagSecondary
                  aria-label={t('limitRemoveMailbox', { name: mailbox.displayName })}
                  onClick={() => onChange(mailboxes.filter(each => each !== mailbox))}
                />
              </InteractionTag>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
