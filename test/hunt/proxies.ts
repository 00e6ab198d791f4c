/** Ways to real servers that can be made to refuse, to hang, or to break in the middle. */
import { connect, type Socket } from 'node:net'
import { serve } from '../support/net.ts'

export type Fault =
  | { readonly kind: 'refuse' | 'hang' }
  /** The connections of now end with the nth piece that a client sends; what comes then is refused. */
  | { readonly kind: 'cut'; readonly nth: number }
  /** The same, once the server has what was sent: its answer is lost. */
  | { readonly kind: 'lose'; readonly nth: number }

export interface FaultyWay {
  readonly port: number
  /** From now on; undefined: it works. Connections of before end. */
  fault(fault: Fault | undefined): void
  close(): Promise<void>
}

export async function faultyWay(target: {
  readonly host: string
  readonly port: number
}): Promise<FaultyWay> {
  const open = new Set<Socket>()
  let fault: Fault | undefined
  let pieces = 0
  const end = () => {
    for (const socket of open) socket.destroy()
  }
  const server = await serve(inner => {
    open.add(inner)
    inner.on('close', () => open.delete(inner))
    if (fault?.kind === 'hang') return
    if (fault && (!('nth' in fault) || pieces >= fault.nth)) return void inner.destroy()
    const outer = connect(target.port, target.host)
    for (const [one, other] of [[inner, outer] as const, [outer, inner] as const]) {
      one.on('error', () => other.destroy())
      one.on('close', () => other.destroy())
    }
    outer.pipe(inner)
    inner.on('data', piece => {
      pieces += 1
      const now = fault && 'nth' in fault && pieces >= fault.nth ? fault.kind : undefined
      if (now === 'cut') return end()
      if (now === 'lose') outer.unpipe()
      outer.write(piece)
      if (now === 'lose') setTimeout(end, 300)
    })
  })
  return {
    port: server.port,
    fault: next => {
      fault = next
      pieces = 0
      end()
    },
    close: () => server.close(),
  }
}
