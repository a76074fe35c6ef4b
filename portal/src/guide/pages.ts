/** The pages of docs/ that the portal shows, each loaded when it is opened. They are in English. */
const files = import.meta.glob<string>('../../../docs/{guide,operating,formats}/*.md', {
  query: '?raw',
  import: 'default',
})

export const FOLDERS = ['guide', 'operating', 'formats'] as const
export type Folder = (typeof FOLDERS)[number]

export type GuidePage = {
  readonly folder: Folder
  /** The file's name without its ending; also the page's address below its folder. */
  readonly name: string
  readonly read: () => Promise<string>
}

/** Where reading begins; the others follow in the order of their names. */
const FIRST = ['first-steps', 'install']

export const GUIDE_PAGES: readonly GuidePage[] = Object.entries(files)
  .flatMap(([path, read]) => {
    const [, folder, name] = /\/docs\/(\w+)\/([\w-]+)\.md$/.exec(path) ?? []
    const known = FOLDERS.find(each => each === folder)
    return known === undefined || name === undefined || name === 'README'
      ? []
      : [{ folder: known, name, read }]
  })
  .sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name))

function rank({ folder, name }: Pick<GuidePage, 'folder' | 'name'>): number {
  return FOLDERS.indexOf(folder) * 2 + (FIRST.includes(name) ? 0 : 1)
}

/** `first-steps` as *First steps*. */
export function titleOf(name: string): string {
  const words = name.replaceAll('-', ' ').replace(/\bcsv\b/, 'CSV')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
