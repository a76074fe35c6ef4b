/** Retention: policies, labels and the rules that put them on, adaptive scopes, and events that periods count from. */
import { Route, Routes } from 'react-router'
import { NotFound } from '../frame/not-found.tsx'
import { ChangeEventType, NewEventType } from './event-type-form.tsx'
import { EventTypeList } from './event-type-list.tsx'
import { EventTypePage } from './event-type-page.tsx'
import { ChangeLabel, NewLabel } from './label-form.tsx'
import { LabelList } from './label-list.tsx'
import { LabelPage } from './label-page.tsx'
import { ChangeLabelRule, NewLabelRule } from './label-rule-form.tsx'
import { LabelRuleList } from './label-rule-list.tsx'
import { LabelRulePage } from './label-rule-page.tsx'
import { ChangePolicy, NewPolicy } from './policy-form.tsx'
import { PolicyList } from './policy-list.tsx'
import { PolicyPage } from './policy-page.tsx'
import { ChangeScope, NewScope } from './scope-form.tsx'
import { ScopeList } from './scope-list.tsx'
import { ScopePage } from './scope-page.tsx'
import { WhatIfPanel } from './what-if-panel.tsx'

export function Area() {
  return (
    <Routes>
      <Route path="/" element={<PolicyList />} />
      <Route path="policies/new" element={<NewPolicy />} />
      <Route path="policies/:policyId" element={<PolicyPage />}>
        <Route path="what-if" element={<WhatIfPanel />} />
      </Route>
      <Route path="policies/:policyId/change" element={<ChangePolicy />} />
      <Route path="labels" element={<LabelList />} />
      <Route path="labels/new" element={<NewLabel />} />
      <Route path="labels/:labelId" element={<LabelPage />} />
      <Route path="labels/:labelId/change" element={<ChangeLabel />} />
      <Route path="label-rules" element={<LabelRuleList />} />
      <Route path="label-rules/new" element={<NewLabelRule />} />
      <Route path="label-rules/:ruleId" element={<LabelRulePage />} />
      <Route path="label-rules/:ruleId/change" element={<ChangeLabelRule />} />
      <Route path="scopes" element={<ScopeList />} />
      <Route path="scopes/new" element={<NewScope />} />
      <Route path="scopes/:scopeId" element={<ScopePage />} />
      <Route path="scopes/:scopeId/change" element={<ChangeScope />} />
      <Route path="events" element={<EventTypeList />} />
      <Route path="events/new" element={<NewEventType />} />
      <Route path="events/:eventTypeId" element={<EventTypePage />} />
      <Route path="events/:eventTypeId/change" element={<ChangeEventType />} />
      <Route path="*" element={<NotFound />} />
    </Routes>
  )
}
