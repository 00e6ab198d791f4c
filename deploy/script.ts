/** How a script is called, and how it ends. */
import { type ParseArgsConfig, parseArgs } from 'node:util'

/** As the command line: sysexits.h, EX_USAGE. */
const USAGE = 64

/** The script's arguments. Where they are wrong it says so, and ends the process. */
export function readArguments<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config)
  } catch (error) {
    const known = Object.keys(config.options ?? {}).map(name => `--${name}`)
    return misused(`${(error as Error).message}\nthere are: ${known.join(', ')}`)
  }
}

export function misused(message: string): never {
  console.error(message)
  return process.exit(USAGE)
}

/** Does the work; what goes wrong outside of the script is told without a stack. @returns the exit status */
export async function done(work: () => Promise<number>): Promise<number> {
  try {
    return await work()
  } catch (error) {
    console.error((error as Error).message)
    return 1
  }
}
