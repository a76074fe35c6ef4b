/** The roles as the API names them: Microsoft's words, in every language. */
export const ROLE_NAMES = [
  'Mailbox Import Export',
  'Organization Configuration',
  'View-Only Configuration',
  'Mail Recipients',
  'Role Management',
  'Audit Logs',
  'Compliance Search',
  'Preview',
  'Export',
  'Hold',
  'Case Management',
  'Review',
  'Retention Management',
  'Disposition Management',
  'Communication Compliance',
] as const
export type Role = (typeof ROLE_NAMES)[number]
