/** deploy/lambda/template.yaml by AWS's own tools: cfn-lint, which moto brings along, and SAM's, where it is installed. */
import { execFile } from 'node:child_process'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { isInstalled } from '../../deploy/steps.ts'
import { describeStack, stack } from '../support/stack.ts'

const run = promisify(execFile)
const TEMPLATE = 'deploy/lambda/template.yaml'

describeStack(['python'], 'the Lambda template', () => {
  it('is nothing that cfn-lint objects to', async () => {
    const { stdout } = await run(join(dirname(stack.python), 'cfn-lint'), [TEMPLATE])
    expect(stdout).toBe('')
  })

  it.skipIf(!isInstalled('sam'))('is valid by SAM [needs sam]', async () => {
    const env = { ...process.env, AWS_DEFAULT_REGION: 'eu-central-1', SAM_CLI_TELEMETRY: '0' }
    const { stdout } = await run('sam', ['validate', '--lint', '-t', TEMPLATE], { env })
    expect(stdout).toContain('is a valid SAM Template')
  })
})
