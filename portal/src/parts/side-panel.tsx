/**
 * A panel from the right, with an address of its own: render it from a nested route. Escape or Close leads to
 * `closeTo`; the focus then returns to where it was.
 */
import {
  Button,
  DrawerBody,
  DrawerFooter,
  DrawerHeader,
  DrawerHeaderTitle,
  OverlayDrawer,
} from '@fluentui/react-components'
import { DismissRegular } from '@fluentui/react-icons/svg/dismiss'
import { type ReactNode, useEffect, useRef } from 'react'
import { useNavigate } from 'react-router'
import styles from './side-panel.module.css'
import { useWords } from './words.ts'

type Props = {
  readonly title: string
  /** Below the title: one line. */
  readonly subtitle?: ReactNode
  /** Where closing leads: `..`, or the list's address with its filters. */
  readonly closeTo: string
  readonly wide?: boolean
  /** Buttons at the foot; the primary one first. */
  readonly foot?: ReactNode
  readonly children: ReactNode
}

export function SidePanel({ title, subtitle, closeTo, wide = false, foot, children }: Props) {
  const w = useWords()
  const navigate = useNavigate()
  const opener = useRef<Element | null>(document.activeElement)
  useEffect(() => {
    const element = opener.current
    return () => {
      // After the drawer has let go of the focus, and only if nothing else has taken it.
      setTimeout(() => {
        const lost = document.activeElement === null || document.activeElement === document.body
        if (lost && element instanceof HTMLElement && element.isConnected) element.focus()
      })
    }
  }, [])
  const close = () => void navigate(closeTo, { preventScrollReset: true })
  return (
    <OverlayDrawer
      open
      position="end"
      className={wide ? styles.wide : styles.panel}
      onOpenChange={(_, { open }) => {
        if (!open) close()
      }}
    >
      <DrawerHeader>
        <DrawerHeaderTitle
          action={
            <Button appearance="subtle" icon={<DismissRegular />} aria-label={w('close')} onClick={close} />
          }
        >
          {title}
        </DrawerHeaderTitle>
        {subtitle !== undefined && <div className={styles.subtitle}>{subtitle}</div>}
      </DrawerHeader>
      <DrawerBody>
        <div className={styles.body}>{children}</div>
      </DrawerBody>
      {foot !== undefined && <DrawerFooter className={styles.foot}>{foot}</DrawerFooter>}
    </OverlayDrawer>
  )
}
