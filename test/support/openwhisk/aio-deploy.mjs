/** Deploys ./openwhisk.yaml as `aio runtime deploy` does; `${…}` in it are this process's variables. Arguments: API host and key. */
import runtime from '@adobe/aio-lib-runtime'

const [apihost, api_key] = process.argv.slice(2)
const options = { apihost, api_key, namespace: '_' }
const { packages } = runtime.utils.setPaths({ manifest: 'openwhisk.yaml' })
const entities = runtime.utils.processPackage(packages, {}, {}, {}, false, options)
await runtime.utils.deployPackage(entities, await runtime.init(options), console.log)
