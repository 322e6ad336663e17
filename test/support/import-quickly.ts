// Loaded before each test process begins: what a start of the App does not wait for, tests need not wait for either.
import { importQuickly } from '../../src/cli/quick-imports.ts'

importQuickly()
