/**
 * The areas of the portal: where each lives, who may open it, and how it is loaded. The navigation, the router and the
 * jump box follow this list. An area is a folder whose face exports a component `Area` with the `Routes` of its pages.
 */
import type { FluentIcon } from '@fluentui/react-icons'
import { AlertRegular } from '@fluentui/react-icons/svg/alert'
import { ArchiveRegular } from '@fluentui/react-icons/svg/archive'
import { BinRecycleRegular } from '@fluentui/react-icons/svg/bin-recycle'
import { BoxRegular } from '@fluentui/react-icons/svg/box'
import { CalendarClockRegular } from '@fluentui/react-icons/svg/calendar-clock'
import { ClipboardTaskListLtrRegular } from '@fluentui/react-icons/svg/clipboard-task-list-ltr'
import { HomeRegular } from '@fluentui/react-icons/svg/home'
import { LockClosedRegular } from '@fluentui/react-icons/svg/lock-closed'
import { MailInboxRegular } from '@fluentui/react-icons/svg/mail-inbox'
import { PersonDeleteRegular } from '@fluentui/react-icons/svg/person-delete'
import { PersonKeyRegular } from '@fluentui/react-icons/svg/person-key'
import { PersonQuestionMarkRegular } from '@fluentui/react-icons/svg/person-question-mark'
import { PlugConnectedRegular } from '@fluentui/react-icons/svg/plug-connected'
import { SearchRegular } from '@fluentui/react-icons/svg/search'
import { SettingsRegular } from '@fluentui/react-icons/svg/settings'
import type { ComponentType } from 'react'
import type { Role } from './client/role.ts'

export type Area = {
  /** Its key among the frame's texts, and of its line in the navigation. */
  readonly name:
    | 'home'
    | 'dataConnectors'
    | 'unmapped'
    | 'mailboxes'
    | 'contentSearch'
    | 'exports'
    | 'holds'
    | 'inPlaceArchive'
    | 'retention'
    | 'disposition'
    | 'erasure'
    | 'audit'
    | 'permissions'
    | 'alerts'
    | 'settings'
  readonly path: string
  /** Areas of one group follow one another; its key among the frame's texts. */
  readonly group?: 'dataLifecycle'
  readonly icon: FluentIcon
  /** Any of these roles opens it. */
  readonly roles: readonly Role[]
  /** Loads the area's face. */
  readonly load: () => Promise<{ readonly Area: ComponentType }>
}

export const AREAS: readonly Area[] = [
  {
    name: 'home',
    path: '/',
    icon: HomeRegular,
    roles: ['View-Only Configuration', 'Mailbox Import Export'],
    load: () => import('./home/home.tsx'),
  },
  {
    name: 'dataConnectors',
    path: '/data-connectors',
    icon: PlugConnectedRegular,
    roles: ['Mailbox Import Export', 'View-Only Configuration'],
    load: () => import('./connectors/connectors.tsx'),
  },
  {
    name: 'unmapped',
    path: '/unmapped',
    icon: PersonQuestionMarkRegular,
    roles: ['Mailbox Import Export', 'View-Only Configuration'],
    load: () => import('./unmapped/unmapped.tsx'),
  },
  {
    name: 'mailboxes',
    path: '/mailboxes',
    icon: MailInboxRegular,
    roles: ['Preview', 'Mail Recipients', 'View-Only Configuration'],
    load: () => import('./mailboxes/mailboxes.tsx'),
  },
  {
    name: 'contentSearch',
    path: '/content-search',
    icon: SearchRegular,
    roles: ['Compliance Search', 'Preview'],
    load: () => import('./search/search.tsx'),
  },
  {
    name: 'exports',
    path: '/exports',
    icon: BoxRegular,
    roles: ['Export'],
    load: () => import('./exports/exports.tsx'),
  },
  {
    name: 'holds',
    path: '/holds',
    group: 'dataLifecycle',
    icon: LockClosedRegular,
    roles: ['Hold'],
    load: () => import('./holds/holds.tsx'),
  },
  {
    name: 'retention',
    path: '/retention',
    group: 'dataLifecycle',
    icon: CalendarClockRegular,
    roles: ['Retention Management'],
    load: () => import('./retention/retention.tsx'),
  },
  {
    name: 'disposition',
    path: '/disposition',
    group: 'dataLifecycle',
    icon: BinRecycleRegular,
    roles: ['Disposition Management'],
    load: () => import('./disposition/disposition.tsx'),
  },
  {
    name: 'erasure',
    path: '/erasure',
    group: 'dataLifecycle',
    icon: PersonDeleteRegular,
    roles: ['Retention Management'],
    load: () => import('./erasure/erasure.tsx'),
  },
  {
    name: 'inPlaceArchive',
    path: '/in-place-archive',
    group: 'dataLifecycle',
    icon: ArchiveRegular,
    roles: ['Retention Management'],
    load: () => import('./in-place-archive/in-place-archive.tsx'),
  },
  {
    name: 'audit',
    path: '/audit',
    icon: ClipboardTaskListLtrRegular,
    roles: ['Audit Logs'],
    load: () => import('./audit/audit.tsx'),
  },
  {
    name: 'permissions',
    path: '/permissions',
    icon: PersonKeyRegular,
    roles: ['Role Management'],
    load: () => import('./permissions/permissions.tsx'),
  },
  {
    name: 'alerts',
    path: '/alerts',
    icon: AlertRegular,
    roles: ['Organization Configuration', 'View-Only Configuration'],
    load: () => import('./alerts/alerts.tsx'),
  },
  {
    name: 'settings',
    path: '/settings',
    icon: SettingsRegular,
    roles: ['Organization Configuration', 'View-Only Configuration'],
    load: () => import('./settings/settings.tsx'),
  },
]
