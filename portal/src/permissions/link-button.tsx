/** A button that leads to a page: a link, so that it can be opened apart. */
import { Button } from '@fluentui/react-components'
import type { ReactElement, ReactNode } from 'react'
import { useHref, useNavigate } from 'react-router'

type Props = {
  readonly to: string
  readonly primary?: boolean
  readonly icon?: ReactElement
  readonly children: ReactNode
}

export function LinkButton({ to, primary = false, icon, children }: Props) {
  const navigate = useNavigate()
  const href = useHref(to)
  return (
    <Button
      as="a"
      href={href}
      appearance={primary ? 'primary' : 'secondary'}
      {...(icon === undefined ? {} : { icon })}
      onClick={event => {
        if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return
        event.preventDefault()
        void navigate(to, { preventScrollReset: true })
      }}
    >
      {children}
    </Button>
  )
}
