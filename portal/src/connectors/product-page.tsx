/** A product: what it archives and where that goes, what it needs, and the button that adds a connector. */
import { Button } from '@fluentui/react-components'
import { AddRegular } from '@fluentui/react-icons/svg/add'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from 'react-router'
import { client, type ProductPage as Product } from '../client/client.ts'
import { Problem } from '../client/problem.ts'
import { useHoldsRole } from '../client/session.ts'
import { NotFound } from '../frame/not-found.tsx'
import { Facts } from '../parts/facts.tsx'
import { useTexts } from '../parts/language.ts'
import { Notice } from '../parts/notice.tsx'
import { Page } from '../parts/page.tsx'
import { ProblemNote } from '../parts/problem-note.tsx'
import { Section } from '../parts/section.tsx'
import { SkeletonPage } from '../parts/skeleton.tsx'
import { Checklist } from './checklist.tsx'
import styles from './connectors.module.css'
import { useKinds } from './kinds.ts'
import { connectorsTexts } from './texts.ts'
import { Unfinished } from './unfinished.tsx'

export function ProductPage() {
  const t = useTexts(connectorsTexts)
  const { productId = '' } = useParams()
  const product = useQuery({
    queryKey: ['products', productId],
    queryFn: ({ signal }) => client.getProduct({ productId, signal }),
  })
  if (product.error instanceof Problem)
    return product.error.code === 'PRODUCT_UNKNOWN' ? (
      <NotFound />
    ) : (
      <Page title={t('title')}>
        <ProblemNote problem={product.error} onRetry={() => void product.refetch()} />
      </Page>
    )
  return product.data === undefined ? <SkeletonPage /> : <Described product={product.data} />
}

function Described({ product }: { readonly product: Product }) {
  const t = useTexts(connectorsTexts)
  const navigate = useNavigate()
  const mayAdd = useHoldsRole('Mailbox Import Export')
  const kinds = useKinds(product)
  const about =
    product.id === 'enterprise-number'
      ? t('aboutEnterprise')
      : product.id === 'o2'
        ? t('aboutO2')
        : product.needsApp
          ? t('aboutApp')
          : t('aboutNetwork')
  return (
    <Page
      title={product.name}
      crumbs={[{ text: t('title'), to: '/data-connectors' }]}
      purpose={about}
      {...(mayAdd
        ? {
            primary: (
              <Button
                appearance="primary"
                icon={<AddRegular />}
                onClick={() => void navigate(`/data-connectors/${product.id}/add`)}
              >
                {t('addConnector')}
              </Button>
            ),
          }
        : {})}
    >
      {mayAdd ? <Unfinished productId={product.id} /> : <CannotAdd />}
      <AlreadyThere productId={product.id} />
      <div className={styles.columns}>
        <div className={styles.column}>
          <Section title={t('beforeYouBegin')}>
            <Checklist lines={product.prerequisites} />
          </Section>
        </div>
        <div className={styles.column}>
          <Section title={t('about')}>
            <Facts
              of={[
                [t('archives'), kinds],
                [t('folder'), product.folder],
                [t('reaches'), t(product.arrives)],
                [t('imports'), t('importsWhen')],
                [t('itemClass'), <code key="class">{product.itemClass}</code>],
              ]}
            />
          </Section>
          <Section title={t('howItWorks')}>
            <ol className={styles.steps}>
              <li>{t('how1')}</li>
              <li>{t('how2', { arrives: t(product.arrives) })}</li>
              <li>{t('how3')}</li>
              <li>{t('how4', { folder: product.folder })}</li>
              <li>{t('how5')}</li>
            </ol>
          </Section>
        </div>
      </div>
    </Page>
  )
}

/** Says which role it takes, and who can give it, as Microsoft has it. */
export function CannotAdd() {
  const t = useTexts(connectorsTexts)
  const mayGive = useHoldsRole('Role Management')
  return (
    <Notice
      kind="warning"
      title={t('cannotAdd')}
      {...(mayGive ? { action: <Link to="/permissions">{t('toPermissions')}</Link> } : {})}
    >
      {t('cannotAddRole')} {t('cannotAddFirst')} {mayGive && t('cannotAddYou')}
    </Notice>
  )
}

function AlreadyThere({ productId }: { readonly productId: string }) {
  const t = useTexts(connectorsTexts)
  const products = useQuery({
    queryKey: ['products'],
    queryFn: async ({ signal }) => (await client.listProducts({ signal })).rows,
  })
  const count = products.data?.find(each => each.id === productId)?.connectors ?? 0
  if (count === 0) return null
  return (
    <Notice action={<Link to="/data-connectors/connectors">{t('seeConnectors')}</Link>}>
      {t('alreadyThere', { count })}
    </Notice>
  )
}
