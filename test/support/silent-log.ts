import type { Log } from '../../src/work.ts'

const ignore = () => undefined

export const silentLog: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore }
