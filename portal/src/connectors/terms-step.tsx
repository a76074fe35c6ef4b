/** Terms of service: accepting them begins the connector. */
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from 'react-router'
import { type ConnectorDraft, client } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { useLanguage, useTexts } from '../parts/language.ts'
import { momentText } from '../parts/moment.tsx'
import { Notice } from '../parts/notice.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { draftKey } from './draft.ts'
import { Foot } from './foot.tsx'
import { LIST_KEY } from './use-imports.ts'
import styles from './wizard.module.css'
import { wizardTexts } from './wizard-texts.ts'

type Props = {
  readonly productId: string
  readonly product: string
  /** The draft, once they are accepted. */
  readonly accepted: ConnectorDraft | null
  readonly onNext?: () => void
  readonly onCancel?: () => void
}

export function TermsStep({ productId, product, accepted, onNext, onCancel }: Props) {
  const t = useTexts(wizardTexts)
  const [language] = useLanguage()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const accept = useMutation({
    mutationFn: () => client.startConnector({ body: { product: productId, acceptTerms: true } }),
    onSuccess: draft => {
      queries.setQueryData(draftKey(draft.connectorId), draft)
      void queries.invalidateQueries({ queryKey: LIST_KEY })
      void navigate(`/data-connectors/setup/${draft.connectorId}/login`, { replace: true })
    },
  })
  const parts = [
    [t('termsWhat'), t('termsWhatText', { product })],
    [t('termsYours'), t('termsYoursText')],
    [t('termsThird'), t('termsThirdText')],
    [t('termsKept'), t('termsKeptText')],
  ] as const
  return (
    <>
      <p className={styles.intro}>{t('termsIntro')}</p>
      <div className={styles.terms}>
        {parts.map(([title, text]) => (
          <div key={title}>
            <h3>{title}</h3>
            <p>{text}</p>
          </div>
        ))}
      </div>
      {accepted !== null && (
        <Notice kind="good">
          {t('accepted', {
            who: accepted.termsAcceptedBy.replace(/^person:/, ''),
            when: momentText(accepted.termsAcceptedAt, language),
          })}
        </Notice>
      )}
      {accept.error instanceof Problem && <ProblemNote problem={accept.error} />}
      {accepted === null ? (
        <Foot
          next={t('accept')}
          busy={accept.isPending}
          onNext={() => accept.mutate()}
          onCancel={() => void navigate(`/data-connectors/${productId}`)}
        />
      ) : (
        <Foot onNext={() => onNext?.()} onCancel={() => onCancel?.()} />
      )}
    </>
  )
}
