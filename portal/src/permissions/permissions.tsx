/**
 * Permissions: role groups with their roles, members and the mailboxes they are limited to; the people who may sign in;
 * everybody's API tokens; and who acted on the console without a sign-in.
 */
import { Route, Routes } from 'react-router'
import { NotFound } from '../frame/not-found.tsx'
import { NewPerson } from './new-person.tsx'
import { NewRoleGroup } from './new-role-group.tsx'
import { PersonList } from './person-list.tsx'
import { PersonPanel } from './person-panel.tsx'
import { RoleGroupList } from './role-group-list.tsx'
import { RoleGroupPanel } from './role-group-panel.tsx'
import { TokenList } from './token-list.tsx'

export function Area() {
  return (
    <Routes>
      <Route path="/" element={<RoleGroupList />}>
        <Route path="groups/new" element={<NewRoleGroup />} />
        <Route path="groups/:roleGroupId" element={<RoleGroupPanel />} />
      </Route>
      <Route path="people" element={<PersonList />}>
        <Route path="new" element={<NewPerson />} />
        <Route path=":personId" element={<PersonPanel />} />
      </Route>
      <Route path="tokens" element={<TokenList />} />
      <Route path="*" element={<NotFound />} />
    </Routes>
  )
}
