/** Writes the portal's client out of the OpenAPI document: a type for each named schema, a function for each call. */
import type { OpenApiDocument, Operation } from './openapi.ts'
import { typeOf } from './reference-page.ts'

/** The text of portal/src/client/client.ts. */
export function clientText(document: OpenApiDocument): string {
  const types = Object.entries(document.components.schemas).map(
    ([name, schema]) => `export type ${name} = ${typeOf(schema)}\n`,
  )
  const calls = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => functionText(method, path, operation)),
  )
  return `/**
 * The API's client: made by \`npm run client\` from the OpenAPI document, never by hand. A call that answers a file or
 * a stream of events gives its address instead, for a link or an EventSource.
 */
import { addressOf, call } from './call.ts'

/** What every call takes beside its own: a signal that ends it. */
type Options = { readonly signal?: AbortSignal }

${types.join('\n')}
${'export'} const client = {
${calls.join('\n')}
}
`
}

function functionText(method: string, path: string, operation: Operation): string {
  const ofPlace = (place: string) => operation.parameters.filter(each => each.in === place)
  const params = ofPlace('path')
  const query = ofPlace('query')
  const [bodyType, body] = Object.entries(operation.requestBody?.content ?? {})[0] ?? []
  const revised = operation.parameters.some(each => each.name === 'if-match')
  const fields = [
    ...params.map(each => `${each.name}: ${typeOf(each.schema)}`),
    ...query.map(
      each =>
        `${each.name}${each.required ? '' : '?'}: ${typeOf(each.schema)}${each.required ? '' : ' | undefined'}`,
    ),
    ...(body ? [`body: ${bodyType === 'application/json' ? typeOf(body.schema) : 'Blob'}`] : []),
    ...(revised ? ['revision: number'] : []),
  ]
  const needed = params.length > 0 || query.some(each => each.required) || body !== undefined || revised
  const pick = (names: { name: string }[]) =>
    `{ ${names.map(({ name }) => `${name}: input.${name}`).join(', ')} }`
  const parts = [
    ...(params.length > 0 ? [`params: ${pick(params)}`] : []),
    ...(query.length > 0 ? [`query: ${pick(query)}`] : []),
  ]
  const address = answersAddress(method, operation)
  const input =
    fields.length === 0
      ? address
        ? ''
        : 'input: Options = {}'
      : `input: { ${fields.join('; ')} }${address ? '' : ' & Options'}${needed ? '' : ' = {}'}`
  const head = `  /** ${operation.summary}. */\n  ${operation.operationId}(${input})`
  if (address) return `${head}: string {\n    return addressOf('${path}', { ${parts.join(', ')} })\n  },`
  const more = [
    ...(body
      ? [
          'body: input.body',
          ...(bodyType === 'application/json' ? [] : [`headers: { 'content-type': '${bodyType}' }`]),
        ]
      : []),
    ...(revised ? ['revision: input.revision'] : []),
    'signal: input.signal',
  ]
  return `${head}: Promise<${answerType(operation)}> {\n    return call('${method.toUpperCase()}', '${path}', { ${[...parts, ...more].join(', ')} })\n  },`
}

/** A file, events or a page elsewhere: the browser fetches these by their address. */
function answersAddress(method: string, operation: Operation): boolean {
  if (method !== 'get') return false
  const content = operation.responses['200']?.content
  return '302' in operation.responses || (content !== undefined && !('application/json' in content))
}

function answerType(operation: Operation): string {
  const content = operation.responses['200']?.content
  if (!content) return 'void'
  const json = content['application/json']
  return json ? typeOf(json.schema) : 'Blob'
}
