/** The OpenAPI 3.1 document, made from the routes: what the page, the portal's client and the tests are made from. */
import { z } from 'zod'
import { type AnswerKind, isBytes, isSchema, type Route } from './route.ts'
import { Problem } from './schema.ts'

type JsonSchema = Record<string, unknown>

export type Operation = {
  operationId: string
  tags: string[]
  summary: string
  /** Who may call: roles, any of which will do, or `open`, `arriving`, `signed-in`. */
  'x-access': string | readonly string[]
  /** True where a change needs If-Match. */
  'x-revised': boolean
  security: readonly Record<string, readonly string[]>[]
  parameters: {
    name: string
    in: 'path' | 'query' | 'header'
    required: boolean
    schema: JsonSchema
    description?: string
  }[]
  requestBody?: { required: boolean; content: Record<string, { schema: JsonSchema }> }
  responses: Record<string, { description: string; content?: Record<string, { schema: JsonSchema }> }>
}

export type OpenApiDocument = {
  openapi: '3.1.0'
  info: { title: string; version: string; description: string; license: { name: string; identifier: string } }
  servers: { url: string }[]
  tags: { name: string }[]
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, JsonSchema>; securitySchemes: Record<string, JsonSchema> }
}

/** Builds the document; the same routes give the same document. */
export function openApiDocument(routes: readonly Route[], version: string): OpenApiDocument {
  const schemas: Record<string, JsonSchema> = {}
  const paths: OpenApiDocument['paths'] = {}
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route, schemas) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Holdfast',
      version,
      description:
        'The archive’s REST API. Errors are problems (RFC 9457) with a code, a hint that says how to mend it, and a reference that the log knows. Lists go on with `after`, the `next` of the page before.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/api' }],
    tags: [...new Set(routes.map(each => each.tag))].map(name => ({ name })),
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1))),
      securitySchemes: {
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'holdfast',
          description: 'As the portal signs in; changing calls need x-csrf-token too.',
        },
        token: { type: 'http', scheme: 'bearer', description: 'An API token of a person.' },
      },
    },
  }
}

function operationOf(route: Route, schemas: Record<string, JsonSchema>): Operation {
  const schemaOf = (schema: z.ZodType, io: 'input' | 'output') => named(schema, io, schemas)
  const parameters: Operation['parameters'] = [
    ...parametersOf('path', route.params, schemaOf),
    ...parametersOf('query', route.query, schemaOf),
  ]
  if (route.revised && route.method !== 'get')
    parameters.push({
      name: 'if-match',
      in: 'header',
      required: true,
      schema: { type: 'string' },
      description: 'The ETag of what was read.',
    })
  return {
    operationId: route.id,
    tags: [route.tag],
    summary: route.summary,
    'x-access': route.access,
    'x-revised': route.revised ?? false,
    security: route.access === 'open' ? [] : [{ session: [] }, { token: [] }],
    parameters,
    ...(route.body
      ? {
          requestBody: {
            required: true,
            content: isBytes(route.body)
              ? { [route.body.type]: { schema: { type: 'string', format: 'binary' } } }
              : { 'application/json': { schema: schemaOf(route.body, 'input') } },
          },
        }
      : {}),
    responses: { ...answerOf(route.answer, schemaOf), default: problemAnswer(schemaOf) },
  }
}

type SchemaOf = (schema: z.ZodType, io: 'input' | 'output') => JsonSchema

function parametersOf(place: 'path' | 'query', schema: z.ZodType | undefined, schemaOf: SchemaOf) {
  if (!schema) return []
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    properties?: Record<string, JsonSchema>
    required?: string[]
  }
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: rest,
    ...(typeof description === 'string' ? { description } : {}),
  }))
}

function answerOf(answer: AnswerKind | undefined, schemaOf: SchemaOf): Operation['responses'] {
  if (answer === undefined) return { 204: { description: 'Done.' } }
  if (isSchema(answer))
    return {
      200: {
        description: 'The answer.',
        content: { 'application/json': { schema: schemaOf(answer, 'output') } },
      },
    }
  if (answer.kind === 'redirect') return { 302: { description: 'Go on at the address named in Location.' } }
  if (answer.kind === 'events')
    return {
      200: {
        description: 'Server-sent events; the data of each is this in JSON.',
        content: { 'text/event-stream': { schema: schemaOf(answer.event, 'output') } },
      },
    }
  return {
    200: {
      description: 'A file.',
      content: { [answer.type]: { schema: { type: 'string', format: 'binary' } } },
    },
  }
}

const problemAnswer = (schemaOf: SchemaOf): Operation['responses'][string] => ({
  description: 'A problem.',
  content: { 'application/problem+json': { schema: schemaOf(Problem, 'output') } },
})

/** The JSON Schema of a zod schema. One with an id is kept under that name, once, and referred to. */
function named(schema: z.ZodType, io: 'input' | 'output', schemas: Record<string, JsonSchema>): JsonSchema {
  const whole = z.toJSONSchema(schema, { target: 'draft-2020-12', io, unrepresentable: 'any' }) as JsonSchema
  const {
    $schema: _dialect,
    $defs = {},
    ...rest
  } = whole as { $schema?: string; $defs?: Record<string, JsonSchema> }
  const id = (schema.meta() as { id?: string } | undefined)?.id
  for (const [name, each] of Object.entries($defs)) keep(schemas, name, clean(each))
  const own = clean(rest)
  // A schema with an id is among the definitions already, and what is left of it refers to that.
  if (id === undefined || '$ref' in own) return own
  keep(schemas, id, own)
  return { $ref: `#/components/schemas/${id}` }
}

function keep(schemas: Record<string, JsonSchema>, name: string, schema: JsonSchema): void {
  const before = schemas[name]
  if (before && JSON.stringify(before) !== JSON.stringify(schema))
    throw new Error(`two schemas are called ${name}`)
  schemas[name] = schema
}

/** References point into the document, names stand outside, and a pattern of a known format says nothing more. */
function clean(value: unknown): JsonSchema {
  return JSON.parse(JSON.stringify(value), (key, each) => {
    if (key === '$ref' && typeof each === 'string') return each.replace('#/$defs/', '#/components/schemas/')
    if (each && typeof each === 'object' && !Array.isArray(each)) {
      const { id: _id, ...rest } = each as Record<string, unknown>
      if ('format' in rest && 'pattern' in rest) delete rest.pattern
      return typeof _id === 'string' ? rest : each
    }
    return each
  }) as JsonSchema
}
