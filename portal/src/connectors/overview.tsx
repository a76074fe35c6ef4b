/** The tab *Overview*: the catalogue of products, and what was begun and not finished. */
import { useQuery } from '@tanstack/react-query'
import { client, type ListedProduct } from '../client/client.ts'
import { useHoldsRole } from '../client/session.ts'
import { Count } from '../parts/count.tsx'
import { useTexts } from '../parts/language.ts'
import { DataTable } from '../parts/table.tsx'
import { allRows } from '../parts/use-page.ts'
import styles from './connectors.module.css'
import { useKinds } from './kinds.ts'
import { connectorsTexts } from './texts.ts'
import { Unfinished } from './unfinished.tsx'

export function Overview() {
  const t = useTexts(connectorsTexts)
  const maySetUp = useHoldsRole('Mailbox Import Export')
  const products = useQuery({
    queryKey: ['products'],
    queryFn: async ({ signal }) => (await client.listProducts({ signal })).rows,
  })
  return (
    <>
      {maySetUp && <Unfinished />}
      <DataTable<ListedProduct>
        label={t('products')}
        page={allRows(products)}
        rowKey={product => product.id}
        rowLink={product => `/data-connectors/${product.id}`}
        expected={12}
        empty={null}
        columns={[
          { key: 'name', header: t('product'), cell: product => product.name, width: '22%' },
          { key: 'kinds', header: t('archives'), cell: product => <Kinds of={product} /> },
          { key: 'folder', header: t('folder'), cell: product => product.folder, width: '22%' },
          { key: 'arrives', header: t('reaches'), cell: product => t(product.arrives), width: '160px' },
          {
            key: 'connectors',
            header: t('added'),
            align: 'end',
            cell: product =>
              product.connectors === 0 ? (
                <span className={styles.none}>0</span>
              ) : (
                <Count value={product.connectors} />
              ),
            width: '120px',
          },
        ]}
      />
    </>
  )
}

function Kinds({ of }: { readonly of: ListedProduct }) {
  return <>{useKinds(of)}</>
}
