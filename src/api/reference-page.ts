/** The API as a page that people read: every call by heading, with who may make it. No script, one file. */
import type { OpenApiDocument, Operation } from './openapi.ts'
import { download, type Route, route } from './route.ts'

const STYLE = `:root{color-scheme:light dark}body{font:15px/1.5 'Segoe UI',system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
code{font-family:ui-monospace,Consolas,monospace}h2{margin-top:2.5rem}section{border-top:1px solid #8885;padding:.6rem 0}
h3{font-size:1rem;margin:.2rem 0;overflow-wrap:anywhere}.m{display:inline-block;min-width:4.5rem;font-weight:600}dl{margin:.3rem 0 0 4.5rem}dt{font-weight:600}dd{margin:0 0 .3rem}
p{margin:.2rem 0 .2rem 4.5rem}nav a{margin-right:1rem}@media(max-width:600px){dl,p{margin-left:0}}`

/** The route that answers the page. */
export function referencePageRoute(document: () => OpenApiDocument): Route {
  return route({
    method: 'get',
    path: '/reference',
    id: 'getReference',
    tag: 'API',
    summary: 'This page: every call, what it takes, and who may make it',
    access: 'signed-in',
    answer: download('text/html; charset=utf-8'),
    work: async () => ({
      fileName: 'api.html',
      disposition: 'inline' as const,
      chunks: referencePage(document()),
      headers: {
        'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'",
      },
    }),
  })
}

function referencePage(document: OpenApiDocument): string {
  const calls = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ path, method, operation })),
  )
  const tags = document.tags.map(tag => tag.name)
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Holdfast API</title><style>${STYLE}</style><h1>Holdfast API ${escapeHtml(document.info.version)}</h1>
<p style="margin-left:0">${escapeHtml(document.info.description)} The same as <a href="/api/openapi.json">OpenAPI 3.1</a>.</p>
<nav>${tags.map(tag => `<a href="#${slug(tag)}">${escapeHtml(tag)}</a>`).join('')}</nav>
${tags
  .map(
    tag =>
      `<h2 id="${slug(tag)}">${escapeHtml(tag)}</h2>${calls
        .filter(each => each.operation.tags.includes(tag))
        .map(each => section(each.method, each.path, each.operation))
        .join('')}`,
  )
  .join('')}</html>`
}

function section(method: string, path: string, operation: Operation): string {
  const access = operation['x-access']
  const who = typeof access === 'string' ? ACCESS[access] : `needs ${access.join(' or ')}`
  const takes = operation.parameters.map(
    each =>
      `<dt><code>${escapeHtml(each.name)}</code>${each.required ? '' : ' (optional)'}</dt><dd>${escapeHtml(`${each.in}; ${typeOf(each.schema)}${each.description ? `; ${each.description}` : ''}`)}</dd>`,
  )
  const body = Object.entries(operation.requestBody?.content ?? {}).map(
    ([type, { schema }]) =>
      `<dt>body</dt><dd>${escapeHtml(type)}; <code>${escapeHtml(typeOf(schema))}</code></dd>`,
  )
  const answer = Object.entries(operation.responses).flatMap(([status, { content = {} }]) =>
    status === 'default'
      ? []
      : Object.entries(content).map(
          ([type, { schema }]) =>
            `<dt>answer</dt><dd>${escapeHtml(type)}; <code>${escapeHtml(typeOf(schema))}</code></dd>`,
        ),
  )
  return `<section id="${escapeHtml(operation.operationId)}"><h3><span class="m">${method.toUpperCase()}</span> <code>/api${escapeHtml(path)}</code></h3>
<p>${escapeHtml(operation.summary)} (${escapeHtml(who ?? String(access))}).</p><dl>${[...takes, ...body, ...answer].join('')}</dl></section>`
}

const ACCESS: Readonly<Record<string, string>> = {
  open: 'open to everyone',
  arriving: 'in a session',
  'signed-in': 'everyone who is signed in',
}

/** A schema in a line: as TypeScript would say it. */
export function typeOf(schema: Record<string, unknown>): string {
  const {
    $ref,
    type,
    items,
    properties,
    anyOf,
    oneOf,
    allOf,
    required = [],
    additionalProperties,
  } = schema as {
    $ref?: string
    type?: string | string[]
    items?: Record<string, unknown>
    properties?: Record<string, Record<string, unknown>>
    anyOf?: Record<string, unknown>[]
    oneOf?: Record<string, unknown>[]
    allOf?: Record<string, unknown>[]
    required?: string[]
    additionalProperties?: Record<string, unknown> | boolean
  }
  if ($ref) return $ref.split('/').at(-1)!
  if ('const' in schema) return JSON.stringify(schema.const)
  if (Array.isArray(schema.enum)) return schema.enum.map(each => JSON.stringify(each)).join(' | ')
  const either = anyOf ?? oneOf
  if (either) return [...new Set(either.map(typeOf))].join(' | ')
  if (allOf) return allOf.map(typeOf).join(' & ')
  if (Array.isArray(type)) return type.map(each => typeOf({ ...schema, type: each })).join(' | ')
  if (type === 'array') return items ? `(${typeOf(items)})[]` : 'unknown[]'
  if (type === 'object' || properties) {
    if (!properties)
      return `Record<string, ${additionalProperties && additionalProperties !== true ? typeOf(additionalProperties) : 'unknown'}>`
    const fields = Object.entries(properties).map(
      ([name, each]) =>
        `${/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name)}${required.includes(name) ? '' : '?'}: ${typeOf(each)}`,
    )
    return fields.length === 0 ? 'Record<string, never>' : `{ ${fields.join('; ')} }`
  }
  if (type === 'integer' || type === 'number') return 'number'
  if (type === 'string' && schema.format === 'binary') return 'Blob'
  return type ?? 'unknown'
}

const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`)
const slug = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]+/g, '-')
