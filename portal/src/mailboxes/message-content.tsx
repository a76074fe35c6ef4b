/** What a message is made of: the call, the words, the files. */
import type { OpenedMessage } from '../client/client.ts'
import { CallLine } from './call-line.tsx'
import { FileList } from './file-list.tsx'
import { Said } from './said.tsx'

type Props = { readonly message: OpenedMessage; readonly large?: boolean }

export function MessageContent({ message, large = false }: Props) {
  return (
    <>
      {message.call !== null && <CallLine entry={message} />}
      <Said entry={message} large={large} />
      <FileList entry={message} />
    </>
  )
}
