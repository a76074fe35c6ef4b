/** `npm run client`: writes portal/src/client/client.ts from the API's own routes. */
import { writeFileSync } from 'node:fs'
import { CLIENT_PATH, clientText } from './client-text.ts'

writeFileSync(CLIENT_PATH, clientText())
