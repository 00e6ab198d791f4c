/** What a code means, as a heading. What is not here goes by its code. */

const TITLES: Readonly<Record<string, string>> = {
  ABORTED: 'Asking was cut short',
  AUTHENTICATION_FAILED: 'A server does not know goldsync',
  AWAITING_SUCCESS: 'Folders without their _SUCCESS file yet',
  CORRUPT_FOOTER: 'Files with a broken footer are held back',
  EMPTY_FILE: 'Empty files hold their partitions back',
  ENCRYPTED_FOOTER: 'Encrypted files are held back',
  ENGINE_CANNOT_READ: 'Files that an engine cannot read are held back',
  EXPOSED_FILE: 'Queries meet files that are not accepted',
  FILE_REPLACED: 'Files that were being replaced',
  FILE_UNREADABLE: 'The storage does not give files',
  INCOMPATIBLE_TYPE: 'Files of other types than their table are held back',
  INCOMPLETE_FILE: 'Files that are not written to their end',
  LAYOUT_CHANGED: 'The layout is another than the table was filled with',
  NAME_COLLISION: 'Two topics meet in one table name',
  NESTED_FOLDER: 'Folders within partition folders',
  NOT_FOUND: 'Something that the config names does not exist',
  NOT_PARQUET: 'Files that are no Parquet are held back',
  PARAMETER_DAMAGED: 'Parameters of tables that cannot be read',
  PARTITION_ELSEWHERE: 'Partitions that the catalog has elsewhere',
  PARTITION_REFUSED: 'Partitions that the catalog refuses',
  PARTITION_TOO_LONG: 'Partitions whose names the catalog has no room for',
  PATTERN_FOLDER: 'Folders whose names Hive takes for patterns',
  PERMISSION_DENIED: 'Rights are missing',
  SCHEMA_HELD: 'Files that would change their table are held back',
  TABLES_NOT_LISTED: 'A catalog does not list its tables',
  TABLE_ELSEWHERE: 'Tables that lie elsewhere than their topic',
  TABLE_FORMAT: 'Topics that are tables of another format',
  TABLE_LEFT_BEHIND: 'Tables that a renaming left behind',
  TABLE_OF_OTHER_LAKE: 'Tables that another lake feeds',
  TEMPORARY_FILE: 'Files that are still being written',
  TIMEOUT: 'A server did not answer in time',
  TOPIC_GONE: 'Tables whose topic is gone',
  TYPE_HELD: 'Files of a type that older files contradict are held back',
  UNAVAILABLE: 'A server cannot be reached',
}

/** @param code of docs/diagnostics.md, or of an error */
export const titleOf = (code: string): string =>
  TITLES[code] ?? code.charAt(0) + code.slice(1).toLowerCase().replaceAll('_', ' ')
