/**
 * Mailboxes: whose there are, and reading them. A folder reads like a mail client, a list and a pane, and switches to
 * conversations in bubbles. What is selected and narrowed is in the address; words and names that are searched for are
 * in its fragment, which a browser never sends. Every opening is recorded by the API, and the pages say so.
 */
import { Route, Routes } from 'react-router'
import { useHoldsRole } from '../client/session.ts'
import { NotFound } from '../frame/not-found.tsx'
import { DirectoryImport } from './directory-import.tsx'
import { MailboxList } from './mailbox-list.tsx'
import { Reader } from './reader.tsx'

export function Area() {
  const mayRead = useHoldsRole('Preview')
  return (
    <Routes>
      <Route path="/" element={<MailboxList />}>
        <Route path="import" element={<DirectoryImport />} />
      </Route>
      {mayRead && <Route path=":address" element={<Reader />} />}
      {mayRead && <Route path=":address/:folder" element={<Reader />} />}
      <Route path="*" element={mayRead ? <NotFound /> : <MailboxList />} />
    </Routes>
  )
}
