/** A relay before a real server that is gone, or says nothing, for as long as a test wants. */
import { relay, serve } from './net.ts'

export interface Switched {
  readonly port: number
  /** `gone`: connections are closed at once; `silent`: they are taken, and nothing comes back. */
  set(state: 'there' | 'gone' | 'silent'): void
  close(): Promise<void>
}

export async function switched(target: { readonly host: string; readonly port: number }): Promise<Switched> {
  let now: 'there' | 'gone' | 'silent' = 'there'
  const relayed = await relay(target, onConnection =>
    serve(socket => {
      if (now === 'there') onConnection(socket)
      else if (now === 'gone') socket.destroy()
    }),
  )
  return {
    port: relayed.port,
    set(state) {
      now = state
      relayed.cut()
    },
    close: relayed.close,
  }
}
