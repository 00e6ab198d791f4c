import { describe, expect, it } from 'vitest'
import { page, remoteException, text, whole } from '../../support/fake-webhdfs.ts'
import { failureOf, nameNode, over, ROOT } from './harness.ts'

const LOCATION = `${ROOT}/golden/orders`

describe('what a NameNode refuses', () => {
  it.each([
    ['401 with a page of HTML', text(401, '<html>Authentication required</html>'), 'AUTHENTICATION_FAILED'],
    ['401 with an exception', remoteException(401, 'AuthenticationException', 'no'), 'AUTHENTICATION_FAILED'],
    [
      'a token that is not valid',
      remoteException(403, 'InvalidToken', 'token is expired'),
      'AUTHENTICATION_FAILED',
    ],
    [
      'no permission',
      remoteException(403, 'AccessControlException', 'Permission denied'),
      'PERMISSION_DENIED',
    ],
    ['a proxy’s 403', text(403, '<html>Forbidden</html>'), 'PERMISSION_DENIED'],
    ['no such directory', remoteException(404, 'FileNotFoundException', 'File does not exist'), 'NOT_FOUND'],
    ['a 404 that is not of HDFS', text(404, '<html>Not Found</html>'), 'DATA_INVALID'],
    ['an IOException', remoteException(403, 'IOException', 'Failed to find datanode'), 'UNAVAILABLE'],
    ['a bad argument', remoteException(400, 'IllegalArgumentException', 'Invalid path'), 'REQUEST_INVALID'],
    ['WebHDFS switched off', remoteException(400, 'UnsupportedOperationException', 'off'), 'UNSUPPORTED'],
    ['200 with a login page', text(200, '<html>Please log in</html>'), 'DATA_INVALID'],
    ['a redirect where there is none to be', text(302, ''), 'DATA_INVALID'],
    ['200 with JSON of another kind', text(200, '{"FileStatuses":{"FileStatus":[{}]}}'), 'DATA_INVALID'],
  ])('%s', async (_, handler, code) => {
    const server = await nameNode(handler)
    const error = await failureOf((await over([server])).list(LOCATION))
    expect(error.code).toBe(code)
    expect(error.message).toContain(LOCATION)
    expect(server.requests).toHaveLength(1)
  })

  it('names the user and the path where permission is missing, and what rights are needed', async () => {
    const server = await nameNode(
      remoteException(403, 'AccessControlException', 'Permission denied: user=etl'),
    )
    const error = await failureOf((await over([server])).list(LOCATION))
    expect(error.message).toBe(
      `${LOCATION}: ${server.origin} does not let user etl read it (Permission denied: user=etl)`,
    )
    expect(error.hint).toContain('r-x')
  })

  it('keeps only the first line of a stack trace', async () => {
    const server = await nameNode(remoteException(403, 'IOException', 'broken\n\tat org.apache.hadoop.Foo'))
    expect((await failureOf((await over([server])).list(LOCATION))).message).not.toContain('org.apache')
  })
})

describe('a server that cannot page', () => {
  const olderHadoop = remoteException(
    400,
    'IllegalArgumentException',
    'Invalid value for webhdfs parameter "op": No enum constant org.apache.hadoop.hdfs.web.resources.GetOpParam.Op.LISTSTATUS_BATCH',
  )

  const httpFs = remoteException(
    500,
    'QueryParamException',
    'java.lang.IllegalArgumentException: No enum constant org.apache.hadoop.fs.http.client.HttpFSFileSystem.Operation.LISTSTATUS_BATCH',
  )

  it.each([
    ['an older Hadoop', olderHadoop],
    ['HttpFS', httpFs],
  ])('(%s) is asked for the whole listing, and is not asked for pages again', async (_, unknown) => {
    const server = await nameNode((url, response, nth) =>
      (url.searchParams.get('op') === 'LISTSTATUS' ? whole([{ pathSuffix: 'a' }]) : unknown)(
        url,
        response,
        nth,
      ),
    )
    const storage = await over([server])
    expect(await storage.list(LOCATION)).toHaveLength(1)
    expect(await storage.list(LOCATION)).toHaveLength(1)
    expect(server.requests.map(url => url.searchParams.get('op'))).toEqual([
      'LISTSTATUS_BATCH',
      'LISTSTATUS',
      'LISTSTATUS',
    ])
  })

  it('is not concluded from any other 400', async () => {
    const server = await nameNode((url, response, nth) =>
      (nth === 1 ? remoteException(400, 'IllegalArgumentException', 'no') : page([]))(url, response, nth),
    )
    const storage = await over([server])
    await failureOf(storage.list(LOCATION))
    await storage.list(LOCATION)
    expect(server.requests.map(url => url.searchParams.get('op'))).toEqual([
      'LISTSTATUS_BATCH',
      'LISTSTATUS_BATCH',
    ])
  })
})
