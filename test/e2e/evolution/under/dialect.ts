/** Literals of each type, in each engine's SQL. */

export interface Dialect {
  /** An array's first element. */
  readonly first: string
  literal(text: string, type: string): string
}

const quoted = (text: string): string => `'${text}'`

/** Trino's and Presto's. */
export const ansi: Dialect = {
  first: '[1]',
  literal: (text, type) => {
    if (/int$/.test(type)) return text
    if (type === 'double' || type === 'float')
      return `${type === 'float' ? 'real' : 'double'} ${quoted(text)}`
    if (/^(decimal|date|timestamp)/.test(type)) return `${/^\w+/.exec(type)![0]} ${quoted(text)}`
    if (type === 'binary') return `to_utf8(${quoted(text)})`
    return type.startsWith('char') ? `cast(${quoted(text)} as ${type})` : quoted(text)
  },
}

export const hive: Dialect = {
  first: '[0]',
  literal: (text, type) => {
    if (type === 'bigint') return `${text}L`
    if (/int$/.test(type)) return text
    if (type === 'double') return `${text}D`
    if (/^(float|decimal|binary)/.test(type)) return `cast(${quoted(text)} as ${type})`
    return /^(date|timestamp)$/.test(type) ? `${type} ${quoted(text)}` : quoted(text)
  },
}
