/**
 * The wizard in the documented steps: Terms of service, Login to TeleMessage, User mapping, Review, Finish. What it is
 * told is on the server from the first step on, so a reload, another browser or another day go on where it was.
 */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, Navigate, useNavigate, useParams } from 'react-router'
import { type ConnectorDraft, client } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { useHoldsRole } from '../client/session.ts'
import { NotFound } from '../frame/not-found.tsx'
import { EmptyState } from '../parts/empty-state.tsx'
import { useTexts } from '../parts/language.ts'
import { Page } from '../parts/page.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { SkeletonPage } from '../parts/skeleton.tsx'
import { useDraft } from './draft.ts'
import { LeaveSetup } from './leave-setup.tsx'
import { LoginStep } from './login-step.tsx'
import { MappingStep } from './mapping-step.tsx'
import { CannotAdd } from './product-page.tsx'
import { ReviewStep } from './review-step.tsx'
import { Steps } from './steps.tsx'
import { TermsStep } from './terms-step.tsx'
import { connectorsTexts } from './texts.ts'
import { wizardTexts } from './wizard-texts.ts'

/** Before the terms are accepted there is nothing to keep. */
export function NewConnector() {
  const t = useTexts(connectorsTexts)
  const { productId = '' } = useParams()
  const mayAdd = useHoldsRole('Mailbox Import Export')
  const product = useQuery({
    queryKey: ['products', productId],
    queryFn: ({ signal }) => client.getProduct({ productId, signal }),
  })
  if (product.error instanceof Problem)
    return product.error.code === 'PRODUCT_UNKNOWN' ? (
      <NotFound />
    ) : (
      <Page title={t('addConnector')}>
        <ProblemNote problem={product.error} onRetry={() => void product.refetch()} />
      </Page>
    )
  if (product.data === undefined) return <SkeletonPage />
  const { name } = product.data
  return (
    <Page title={t('addConnector')} crumbs={crumbsOf(t('title'), productId, name)}>
      {mayAdd ? (
        <Steps at="terms" reached="terms" connectorId={null}>
          <TermsStep productId={productId} product={name} accepted={null} />
        </Steps>
      ) : (
        <CannotAdd />
      )}
    </Page>
  )
}

const STEPS = ['terms', 'login', 'mapping', 'review'] as const
type Step = (typeof STEPS)[number]

export function Wizard() {
  const t = useTexts(connectorsTexts)
  const { connectorId = '', step } = useParams()
  const id = Number(connectorId)
  const mayAdd = useHoldsRole('Mailbox Import Export')
  const draft = useDraft(id)
  const wanted = STEPS.find(each => each === step)
  if (!Number.isSafeInteger(id) || id < 1) return <NotFound />
  if (!mayAdd)
    return (
      <Page title={t('addConnector')}>
        <CannotAdd />
      </Page>
    )
  if (draft.data === undefined) {
    if (!(draft.error instanceof Problem)) return <SkeletonPage />
    return <NoDraft problem={draft.error} onRetry={() => void draft.refetch()} />
  }
  const { setupStep } = draft.data
  // No step is opened before those before it are done.
  if (wanted === undefined || STEPS.indexOf(wanted) > STEPS.indexOf(setupStep))
    return <Navigate to={`/data-connectors/setup/${id}/${setupStep}`} replace />
  return <Setup draft={draft.data} step={wanted} />
}

function Setup({ draft, step }: { readonly draft: ConnectorDraft; readonly step: Step }) {
  const t = useTexts(connectorsTexts)
  const navigate = useNavigate()
  const [leaving, setLeaving] = useState(false)
  const go = (to: Step) => void navigate(`/data-connectors/setup/${draft.connectorId}/${to}`)
  const cancel = () => setLeaving(true)
  return (
    <Page title={t('addConnector')} crumbs={crumbsOf(t('title'), draft.product, draft.productName)}>
      <Steps at={step} reached={draft.setupStep} connectorId={draft.connectorId}>
        {step === 'terms' && (
          <TermsStep
            productId={draft.product}
            product={draft.productName}
            accepted={draft}
            onNext={() => go('login')}
            onCancel={cancel}
          />
        )}
        {step === 'login' && (
          <LoginStep
            draft={draft}
            onBack={() => go('terms')}
            onNext={() => go('mapping')}
            onCancel={cancel}
          />
        )}
        {step === 'mapping' && (
          <MappingStep
            draft={draft}
            onBack={() => go('login')}
            onNext={() => go('review')}
            onCancel={cancel}
          />
        )}
        {step === 'review' && <ReviewStep draft={draft} onBack={() => go('mapping')} onCancel={cancel} />}
      </Steps>
      {leaving && <LeaveSetup draft={draft} onStay={() => setLeaving(false)} />}
    </Page>
  )
}

function NoDraft({ problem, onRetry }: { readonly problem: Problem; readonly onRetry: () => void }) {
  const t = useTexts(connectorsTexts)
  const w = useTexts(wizardTexts)
  const finished = problem.code === 'CONNECTOR_EXISTS'
  const crumbs = [{ text: t('title'), to: '/data-connectors' }]
  if (!finished && problem.code !== 'CONNECTOR_UNKNOWN')
    return (
      <Page title={t('addConnector')} crumbs={crumbs}>
        <ProblemNote problem={problem} onRetry={onRetry} />
      </Page>
    )
  return (
    <Page title={t('addConnector')} crumbs={crumbs}>
      <EmptyState
        title={w(finished ? 'finished' : 'gone')}
        headingLevel={2}
        action={<Link to="/data-connectors/connectors">{w('seeConnectors')}</Link>}
      >
        {w(finished ? 'finishedWhy' : 'goneWhy')}
      </EmptyState>
    </Page>
  )
}

const crumbsOf = (title: string, productId: string, product: string) => [
  { text: title, to: '/data-connectors' },
  { text: product, to: `/data-connectors/${productId}` },
]
