/** The top bar: the product, the demonstration's badge, the jump box, language, colours, guide and account. */
import {
  Button,
  Menu,
  MenuItemRadio,
  MenuList,
  MenuPopover,
  MenuTrigger,
  Tooltip,
} from '@fluentui/react-components'
import { DarkThemeRegular } from '@fluentui/react-icons/svg/dark-theme'
import { NavigationRegular } from '@fluentui/react-icons/svg/navigation'
import { QuestionCircleRegular } from '@fluentui/react-icons/svg/question-circle'
import { Link, useLocation } from 'react-router'
import { client } from '../client/client.ts'
import { useSession } from '../client/session.ts'
import { type Language, useLanguage, useTexts } from '../parts/language.ts'
import { showProblem } from '../parts/toast.tsx'
import { SCHEMES, type Scheme, useScheme } from '../parts/use-scheme.ts'
import { AccountMenu } from './account-menu.tsx'
import { Jump } from './jump.tsx'
import { frameTexts } from './texts.ts'
import styles from './top-bar.module.css'

const SCHEME_TEXTS = { system: 'schemeSystem', light: 'schemeLight', dark: 'schemeDark' } as const

export function TopBar({ onOpenNavigation }: { readonly onOpenNavigation: () => void }) {
  const t = useTexts(frameTexts)
  const { archive } = useSession()
  return (
    <header className={styles.bar}>
      <Button
        className={styles.drawerButton!}
        appearance="transparent"
        icon={<NavigationRegular />}
        aria-label={t('openNavigation')}
        onClick={onOpenNavigation}
      />
      <Link to="/" className={styles.product}>
        <img src="/holdfast.svg" alt="Holdfast" width="24" height="24" />
        <span className={styles.name} aria-hidden>
          Holdfast
        </span>
        <span className={styles.organisation}>{archive.organisation}</span>
      </Link>
      {archive.demonstration && (
        <Tooltip content={t('demonstrationMeaning')} relationship="description">
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: its meaning is in the tooltip, which the keyboard must reach */}
          <span className={styles.demonstration} tabIndex={0}>
            <span className={styles.long}>{t('demonstration')}</span>
            <span className={styles.short}>Demo</span>
          </span>
        </Tooltip>
      )}
      <Jump />
      <div className={styles.tools}>
        <LanguageSwitch
          onChoose={language => void client.editAccount({ body: { language } }).catch(showProblem)}
        />
        <SchemeSwitch />
        <HelpLink />
        <AccountMenu />
      </div>
    </header>
  )
}

/** The page of the guide that fits where one is. It opens apart, so that nothing is lost. */
const HELP: Readonly<Record<string, string>> = {
  'data-connectors': 'guide/connectors',
  unmapped: 'guide/mapping',
  mailboxes: 'guide/search',
  audit: 'guide/proof',
  permissions: 'guide/permissions',
  settings: 'operating/configuration',
}

function HelpLink() {
  const t = useTexts(frameTexts)
  const { pathname } = useLocation()
  const page = HELP[pathname.split('/')[1] ?? ''] ?? 'guide/first-steps'
  return (
    <Tooltip content={t('help')} relationship="label">
      <Button
        as="a"
        className={styles.tool}
        appearance="transparent"
        href={`/guide/${page}`}
        target="_blank"
        icon={<QuestionCircleRegular />}
      />
    </Tooltip>
  )
}

type SwitchProps = {
  readonly className?: string | undefined
  readonly onChoose?: (language: Language) => void
}

/** Switches to the other language; says so in that language. */
export function LanguageSwitch({ className = styles.tool, onChoose }: SwitchProps) {
  const t = useTexts(frameTexts)
  const [language, choose] = useLanguage()
  const other = language === 'en' ? 'sv' : 'en'
  return (
    <Tooltip content={t('otherLanguage')} relationship="label">
      <Button
        className={className!}
        appearance="transparent"
        lang={other}
        onClick={() => {
          choose(other)
          onChoose?.(other)
        }}
      >
        {t('otherLanguageShort')}
      </Button>
    </Tooltip>
  )
}

export function SchemeSwitch({ className = styles.tool }: { readonly className?: string | undefined }) {
  const t = useTexts(frameTexts)
  const { scheme, choose } = useScheme()
  return (
    <Menu
      positioning="below-end"
      checkedValues={{ scheme: [scheme] }}
      onCheckedValueChange={(_, { checkedItems }) => {
        const chosen = SCHEMES.find(each => each === checkedItems[0])
        if (chosen !== undefined) choose(chosen)
      }}
    >
      <MenuTrigger disableButtonEnhancement>
        <Tooltip content={t('scheme')} relationship="label">
          <Button className={className!} appearance="transparent" icon={<DarkThemeRegular />} />
        </Tooltip>
      </MenuTrigger>
      <MenuPopover>
        <MenuList>
          {SCHEMES.map((each: Scheme) => (
            <MenuItemRadio key={each} name="scheme" value={each}>
              {t(SCHEME_TEXTS[each])}
            </MenuItemRadio>
          ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  )
}
