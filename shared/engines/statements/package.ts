/**
 * trino-client, for a dynamic import of this module: esbuild keeps the names of a CommonJS package only where it is imported
 * statically.
 */
export { Trino } from 'trino-client'
