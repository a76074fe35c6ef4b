/**
 * Alerts: what goes wrong, and who is told. Rules look at the archive every minute; a cause opens one alert, which is
 * told when it opens and when it is resolved, by e-mail (SMTP, RFC 5321) and by signed webhooks, and can be
 * acknowledged. docs/operating/alerts.md is for operators.
 *
 * Promises: however many servers evaluate, an alert is told once; what could not be told is tried again for three
 * days, across restarts; alerts hold counts, ids, and names of connectors and registered users, no content and no
 * correspondents; passwords and signing secrets are sealed, and shown to nobody but, once, who makes them.
 */
export {
  addChannel,
  type Channel,
  type ChannelInput,
  changeChannel,
  getChannel,
  listChannels,
  removeChannel,
  rotateSecret,
} from './channel.ts'
export type { ChannelSettings } from './channel-settings.ts'
export { type Evaluation, evaluateAlerts } from './evaluation.ts'
export { deliverAlerts, testChannel } from './outbox.ts'
export { changeRule, isRule, listRules, RULES, type Rule, type RuleChange, type RuleName } from './rule.ts'
export { type Alert, acknowledgeAlert, countOpenAlerts, listAlerts } from './stored-alert.ts'
