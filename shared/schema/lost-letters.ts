/**
 * Databases of Latin-1 keep a question mark of each letter of another script, without a word: a Hive metastore on MySQL or MariaDB
 * with the tables of Hive's own script (seen on 4.0.1 over MariaDB).
 */
const OTHERS = /[^\0-\xff]+/gu

export const hasOtherLetters = (text: string): boolean => text.search(OTHERS) >= 0

/** Whether `kept` is what such a database makes of the text. */
export const isWithoutLetters = (kept: string, text: string): boolean =>
  hasOtherLetters(text) && kept !== text && marks(kept) === marks(text.replace(OTHERS, '?'))

const marks = (text: string): string => text.replace(/\?+/g, '?')
