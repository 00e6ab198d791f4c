/**
 * hive-driver, for a dynamic import of this module: esbuild keeps the names of a CommonJS package only where it is imported
 * statically.
 */
import * as hive from 'hive-driver'

export { hive }
