/** The portal's page of what an entry is about; null where there is none. */
const PLACES: Readonly<Record<string, (id: string) => string>> = {
  connector: id => `/data-connectors/connectors/${id}`,
  mailbox: id => `/mailboxes/${id}`,
  person: id => `/permissions/persons/${id}`,
  'role-group': id => `/permissions/${id}`,
  'alert-rule': () => '/alerts/rules',
  'alert-channel': () => '/alerts/channels',
  alert: () => '/alerts',
  verification: () => '/audit/log',
  'saved-search': id => `/content-search/${id}`,
  'archive-policy': id => `/in-place-archive/${id}`,
  'archive-run': () => '/in-place-archive',
  hold: id => `/holds/${id}`,
  'term-report': id => `/content-search/term-reports/${id}`,
}

export function placeOf(subject: string): string | null {
  const match = /^([a-z-]+):([\w-]+)$/.exec(subject)
  const place = match?.[1] === undefined ? undefined : PLACES[match[1]]
  return place === undefined ? null : place(match![2]!)
}
