/** Messages without secrets: what servers and libraries say can quote addresses, JDBC texts and headers. Pure. */

const HIDDEN = '[Redacted]'

const SECRETS: readonly RegExp[] = [
  // https://user:PASSWORD@host
  /(?<=\b[a-z][a-z0-9+.-]*:\/\/[^\s"/@:]*:)[^\s"/@]+(?=@)/gi,
  // ?delegation=… of WebHDFS, X-Amz-Signature=…
  /(?<=[?&](?:delegation|access_token|token|sig|signature|x-amz-(?:signature|credential|security-token))=)[^&\s"\\]+/gi,
  // jdbc:…?user=hive&password=…, …;password=…; javax.jdo.option.ConnectionPassword=…, fs.s3a.secret.key=…
  /(?<=(?:[?&;,({\s](?:password|passwd|pwd)|ConnectionPassword|secret\.?key|secretAccessKey|trustStorePassword|keyStorePassword)=)[^&;,\s)}"']+/gi,
  /(?<=\b(?:Bearer|Basic) )[\w.~+/=-]{8,}/g,
  // https://goldsync.example.com/webhook/TOKEN
  /(?<=\/webhook\/)[\w-]{16,}/g,
  /whsec_[\w+/=-]+/g,
]

/** The text with each secret that is known by its surroundings replaced. */
export const withoutSecrets = (text: string): string =>
  SECRETS.reduce((rest, secret) => rest.replace(secret, HIDDEN), text)
