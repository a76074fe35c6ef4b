/** An archive with the small conversation, served, and a person who may read it. */
import { testApi } from '../../src/testing/api.ts'
import { assertComplete, testArchive } from '../../src/testing/archive.ts'
import { MAPPING_CSV, PEOPLE_CSV, WINDOW } from '../e2e/tiny-site.ts'
import { startMailSite, startReadingSite } from './reading-site.ts'

type Context = { after(work: () => Promise<void>): void }

/** `evil` is where the hostile mail would load from. */
export async function serveReading(t: Context, evil: string) {
  const site = await startReadingSite()
  t.after(() => site.stop())
  const mails = await startMailSite(evil)
  t.after(() => mails.stop())
  const archive = await testArchive(t)
  await archive.addPeople(PEOPLE_CSV)
  const o2 = await archive.addConnector(site, 'o2', { accountId: 'TINY-1', name: 'O2 phones' })
  await archive.addMapping(o2, MAPPING_CSV)
  const mail = await archive.addConnector(mails, 'enterprise-number', {
    accountId: 'TINY-1',
    name: 'Enterprise',
  })
  await archive.work()
  assertComplete(await archive.run(o2, WINDOW))
  assertComplete(await archive.run(mail, WINDOW))
  await archive.seal()
  const api = await testApi(t, archive)
  const reader = await api.personWith(['Preview', 'Compliance Search', 'Export', 'Mail Recipients'])
  await archive.ground.database.execute('update person set must_change_password = false')
  return { archive, api, reader }
}
