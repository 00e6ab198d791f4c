/** The object that an event's key names. Some senders encode keys as forms do, some send them as they are. Pure. */

interface Sent {
  readonly eventSource?: string | undefined
  readonly eventName: string
}

interface ReadKey {
  readonly key: string
  /** What it is if its sender writes keys in the other way. */
  readonly other?: string
}

/**
 * AWS ("Event message structure") and MinIO encode: a plus is a space, a plus itself is `%2B`. Ceph (16.2 seen) and versitygw (1.8 seen)
 * do not. Others are known by what encoding would have left nothing of; where that tells nothing they are taken to do as AWS.
 */
export function readKey(key: string, sent: Sent): ReadKey {
  const decoded = decode(key)
  if (decoded === undefined || decoded === key) return { key }
  return sendsRaw(sent) || !ENCODED.test(key) ? { key, other: decoded } : { key: decoded, other: key }
}

/** All that the encoders of Go, Java, Python and JavaScript leave; `/` stays in AWS's. */
const ENCODED = /^[\w.~!'()*/+%-]*$/

/** versitygw calls itself AWS, whose event names have no prefix. */
const sendsRaw = ({ eventSource, eventName }: Sent): boolean =>
  eventSource === 'ceph:s3' || (eventSource === 'aws:s3' && eventName.startsWith('s3:'))

function decode(key: string): string | undefined {
  try {
    return decodeURIComponent(key.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}
