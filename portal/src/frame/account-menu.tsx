/** The account menu: who one is, one's own account, and the way out. */
import {
  Button,
  Menu,
  MenuDivider,
  MenuItem,
  MenuItemLink,
  MenuList,
  MenuPopover,
  MenuTrigger,
} from '@fluentui/react-components'
import { CodeRegular } from '@fluentui/react-icons/svg/code'
import { KeyRegular } from '@fluentui/react-icons/svg/key'
import { PasswordRegular } from '@fluentui/react-icons/svg/password'
import { ShieldKeyholeRegular } from '@fluentui/react-icons/svg/shield-keyhole'
import { SignOutRegular } from '@fluentui/react-icons/svg/sign-out'
import { useNavigate } from 'react-router'
import { signOut, useSession } from '../client/session.ts'
import { useTexts } from '../parts/language.ts'
import { showProblem } from '../parts/toast.tsx'
import styles from './account-menu.module.css'
import { frameTexts } from './texts.ts'

export function AccountMenu() {
  const t = useTexts(frameTexts)
  const navigate = useNavigate()
  const { person } = useSession()
  const open = (path: string) => () => void navigate(path)
  return (
    <Menu positioning="below-end">
      <MenuTrigger disableButtonEnhancement>
        <Button
          className={styles.button!}
          appearance="transparent"
          aria-label={t('account', { name: person.displayName })}
        >
          <span className={styles.initials}>{initials(person.displayName)}</span>
        </Button>
      </MenuTrigger>
      <MenuPopover>
        <div className={styles.who}>
          <strong>{person.displayName}</strong>
          <span>{person.username}</span>
        </div>
        <MenuList>
          <MenuItem icon={<PasswordRegular />} onClick={open('/account/password')}>
            {t('changePassword')}
          </MenuItem>
          <MenuItem icon={<ShieldKeyholeRegular />} onClick={open('/account/second-factor')}>
            {t('secondFactor')}
          </MenuItem>
          <MenuItem icon={<KeyRegular />} onClick={open('/account/tokens')}>
            {t('tokens')}
          </MenuItem>
          <MenuItemLink icon={<CodeRegular />} href="/api/reference" target="_blank">
            {t('apiPage')}
          </MenuItemLink>
          <MenuDivider />
          <MenuItem icon={<SignOutRegular />} onClick={() => void signOut().catch(showProblem)}>
            {t('signOut')}
          </MenuItem>
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}

/** The first letters of the first and the last name. */
function initials(name: string): string {
  const words = name.split(/[\s.@-]+/).filter(word => word !== '')
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map(word => word?.[0] ?? '')
  return letters.join('').toUpperCase()
}
