/** A call's kind, direction and outcome as one sign; the words stand beside it. */
import { CallDismissRegular } from '@fluentui/react-icons/svg/call-dismiss'
import { CallInboundRegular } from '@fluentui/react-icons/svg/call-inbound'
import { CallMissedRegular } from '@fluentui/react-icons/svg/call-missed'
import { CallOutboundRegular } from '@fluentui/react-icons/svg/call-outbound'
import { VideoRegular } from '@fluentui/react-icons/svg/video'
import { VoicemailRegular } from '@fluentui/react-icons/svg/voicemail'

type Props = { readonly kind: string; readonly status: string; readonly isOwn: boolean | null }

export function CallIcon({ kind, status, isOwn }: Props) {
  const Icon =
    status === 'missed'
      ? CallMissedRegular
      : status === 'voice-mail'
        ? VoicemailRegular
        : ['failed', 'rejected', 'busy', 'blocked'].includes(status)
          ? CallDismissRegular
          : kind === 'video-call'
            ? VideoRegular
            : isOwn === true
              ? CallOutboundRegular
              : CallInboundRegular
  return <Icon aria-hidden />
}
