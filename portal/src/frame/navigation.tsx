/** The navigation: the areas that the person may open. */
import { Button, CounterBadge, Tooltip } from '@fluentui/react-components'
import { DismissRegular } from '@fluentui/react-icons/svg/dismiss'
import { NavigationRegular } from '@fluentui/react-icons/svg/navigation'
import { NavLink } from 'react-router'
import { useTexts } from '../parts/language.ts'
import styles from './navigation.module.css'
import { useOpenAreas } from './open-areas.ts'
import { frameTexts } from './texts.ts'
import { useUnmappedCount } from './unmapped-count.ts'

type Props = {
  /** Only the icons. */
  readonly narrow?: boolean
  readonly onWidth?: () => void
  /** In the drawer: closes it. */
  readonly onClose?: () => void
}

export function Navigation({ narrow = false, onWidth, onClose }: Props) {
  const t = useTexts(frameTexts)
  const areas = useOpenAreas()
  const unmapped = useUnmappedCount()
  return (
    <nav className={styles.navigation} data-narrow={narrow} aria-label={t('navigation')}>
      <div className={styles.head}>
        {onWidth !== undefined && (
          <Button
            appearance="subtle"
            size="small"
            icon={<NavigationRegular />}
            aria-label={narrow ? t('widenNavigation') : t('narrowNavigation')}
            aria-expanded={!narrow}
            onClick={onWidth}
          />
        )}
        {onClose !== undefined && (
          <Button
            appearance="subtle"
            icon={<DismissRegular />}
            aria-label={t('closeNavigation')}
            onClick={onClose}
          />
        )}
      </div>
      <ul className={styles.list}>
        {areas.map(area => {
          const count = area.name === 'unmapped' ? unmapped : 0
          const Icon = area.icon
          const link = (
            <NavLink
              to={area.path}
              end={area.path === '/'}
              className={({ isActive }) => `${styles.link} ${isActive ? styles.here : ''}`}
              {...(narrow ? { 'aria-label': t(area.name) } : {})}
            >
              <Icon className={styles.icon!} aria-hidden />
              {!narrow && <span className={styles.text}>{t(area.name)}</span>}
              {count > 0 && (
                <CounterBadge
                  className={styles.count}
                  count={count}
                  overflowCount={999}
                  appearance="filled"
                  color="brand"
                  size={narrow ? 'small' : 'medium'}
                  dot={narrow}
                  aria-label={t('unmappedCount', { count })}
                />
              )}
            </NavLink>
          )
          return (
            <li key={area.path}>
              {narrow ? (
                <Tooltip content={t(area.name)} relationship="label" positioning="after">
                  {link}
                </Tooltip>
              ) : (
                link
              )}
            </li>
          )
        })}
      </ul>
    </nav>
  )
}
