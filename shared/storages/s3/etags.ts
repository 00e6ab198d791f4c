/** @returns the tag itself; undefined where there is none. Servers and proxies differ in its quotes, and in whether they call it weak */
export const plainEtag = (etag: string | undefined): string | undefined =>
  etag?.replace(/^(W\/)?"?|"$/g, '') || undefined
