/** Alerts: what is open, what was, the rules that open them, and the channels that tell of them. */
import { Route, Routes } from 'react-router'
import { NotFound } from '../frame/not-found.tsx'
import { AlertList } from './alert-list.tsx'
import { AlertsPage } from './alerts-page.tsx'
import { ChannelPanel } from './channel-panel.tsx'
import { Channels } from './channels.tsx'
import { RulePanel } from './rule-panel.tsx'
import { Rules } from './rules.tsx'

export function Area() {
  return (
    <Routes>
      <Route path="/" element={<AlertsPage />}>
        <Route index element={<AlertList state="open" />} />
        <Route path="past" element={<AlertList state="past" />} />
        <Route path="rules" element={<Rules />}>
          <Route path=":rule" element={<RulePanel />} />
        </Route>
        <Route path="channels" element={<Channels />}>
          <Route path=":channelId" element={<ChannelPanel />} />
        </Route>
      </Route>
      <Route path="*" element={<NotFound />} />
    </Routes>
  )
}
