/** The navigation: the areas that the person may open. */
import { Button, Tooltip } from '@fluentui/react-components'
import { DismissRegular } from '@fluentui/react-icons/svg/dismiss'
import { NavigationRegular } from '@fluentui/react-icons/svg/navigation'
import { useId } from 'react'
import { NavLink } from 'react-router'
import type { Area } from '../areas.ts'
import { countText } from '../parts/count.tsx'
import { useLanguage, useTexts } from '../parts/language.ts'
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
  const id = useId()
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
        {inGroups(areas).map(({ group, members }) => {
          const lines = members.map(area => (
            <Line
              key={area.path}
              area={area}
              narrow={narrow}
              count={area.name === 'unmapped' ? unmapped : 0}
            />
          ))
          if (group === undefined) return lines
          return (
            <li key={group} className={styles.group}>
              <div id={`${id}-${group}`} className={narrow ? 'unseen' : styles.title}>
                {t(group)}
              </div>
              <ul className={styles.list} aria-labelledby={`${id}-${group}`}>
                {lines}
              </ul>
            </li>
          )
        })}
      </ul>
    </nav>
  )
}

function Line({ area, narrow, count }: { area: Area; narrow: boolean; count: number }) {
  const t = useTexts(frameTexts)
  const [language] = useLanguage()
  const Icon = area.icon
  const link = (
    <NavLink
      to={area.path}
      end={area.path === '/'}
      className={({ isActive }) => `${styles.link} ${isActive ? styles.here : ''}`}
      {...(narrow
        ? {
            'aria-label': count > 0 ? `${t(area.name)}, ${t('unmappedCount', { count })}` : t(area.name),
          }
        : {})}
    >
      <Icon className={styles.icon!} aria-hidden />
      {!narrow && <span className={styles.text}>{t(area.name)}</span>}
      {count > 0 && (
        <span className={styles.count}>
          <span aria-hidden>{narrow ? '' : countText(Math.min(count, 9999), language)}</span>
          <span className="unseen">{t('unmappedCount', { count })}</span>
        </span>
      )}
    </NavLink>
  )
  return (
    <li>
      {narrow ? (
        <Tooltip content={t(area.name)} relationship="inaccessible" positioning="after">
          {link}
        </Tooltip>
      ) : (
        link
      )}
    </li>
  )
}

type Group = { readonly group: Area['group']; readonly members: Area[] }

/** Areas that follow one another and are of one group, or of none, together. */
function inGroups(areas: readonly Area[]): Group[] {
  const groups: Group[] = []
  for (const area of areas) {
    const last = groups.at(-1)
    if (last !== undefined && last.group === area.group) last.members.push(area)
    else groups.push({ group: area.group, members: [area] })
  }
  return groups
}
