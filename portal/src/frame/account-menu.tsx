/** The account menu: who one is, one's own account, and the way out. */
import {
  Avatar,
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
          icon={<Avatar name={person.displayName} size={28} color="neutral" aria-hidden />}
        />
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
          <MenuItemLink icon={<CodeRegular />} href="/api/" target="_blank">
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
