import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { errorClasses, fingerprint, literalsOf, messageTemplate, stackFingerprint, stackFrames } from '../../../src/rank/fingerprint.ts'

describe('errorClasses', () => {
  it.each([
    ['Uncaught TypeError: x is not a function', ['TypeError']],
    [
      'java.lang.IllegalStateException: closed. Caused by: java.net.SocketTimeoutException',
      ['IllegalStateException', 'SocketTimeoutException'],
    ],
    ['connect ECONNREFUSED 127.0.0.1:5432', ['ECONNREFUSED']],
    ['upstream returned 502', ['HTTP 502']],
    ['503 Service Unavailable', ['HTTP 503']],
    ['process exited with code 137 (OOMKilled)', ['OOMKilled', 'exit 137']],
    ['ORA-00060: deadlock', ['ORA-00060']],
    ['exit code 0, no ERROR at all, see ENABLED and 404 Main Street', []],
  ])('%s', (text, expected) => expect(errorClasses(text)).toEqual(expected))
})

describe('messageTemplate', () => {
  it('masks what changes from one time to the next', () => {
    expect(messageTemplate('Order 4711 of "Ada" failed after 30.5 s in /srv/app/pay.ts')).toBe('order <*> of <*> failed after <*> s in <*>')
    expect(messageTemplate('id 6f9619ff-8b86-d011-b42d-00c04fc964ff at 2026-03-04T14:02:00Z')).toBe('id <*> at <*>')
  })
})

describe('stackFrames', () => {
  it.each([
    ['    at async charge (file:///srv/src/pay/charge.ts:10:5)', { path: 'srv/src/pay/charge.ts', line: 10, symbol: 'charge' }],
    ['    at /srv/src/http.js:3:1', { path: '/srv/src/http.js', line: 3, symbol: null }],
    ['charge@https://shop.example/js/app.js?v=3:10:5', { path: 'shop.example/js/app.js', line: 10, symbol: 'charge' }],
    ['\tat com.acme.pay.Charge.run(Charge.java:42)', { path: 'com/acme/pay/Charge.java', line: 42, symbol: 'Charge.run' }],
    ["  from app/models/order.rb:12:in `total'", { path: 'app/models/order.rb', line: 12, symbol: 'total' }],
    [
      '   at Acme.Pay.Charge.Run(Int32 id) in C:\\src\\Pay\\Charge.cs:line 7',
      { path: '/src/Pay/Charge.cs', line: 7, symbol: 'Charge.Run' },
    ],
    ['#0 /srv/app/Order.php(12): Order->total()', { path: '/srv/app/Order.php', line: 12, symbol: 'Order->total' }],
    ['main.charge(0xc000010000)\n\t/srv/pay/charge.go:88 +0x1d', { path: '/srv/pay/charge.go', line: 88, symbol: 'main.charge' }],
  ])('%s', (text, expected) => expect(stackFrames(`Error: no\n${text}\nend`)).toEqual([expected]))

  it('turns a Python trace round, since it prints the innermost frame last', () => {
    const trace =
      'Traceback (most recent call last):\n  File "app/main.py", line 3, in run\n    pay()\n  File "app/pay.py", line 9, in pay\n    raise X\nX: no'
    expect(stackFrames(trace).map(({ path }) => path)).toEqual(['app/pay.py', 'app/main.py'])
  })

  it('finds none in prose', () => {
    expect(stackFrames('We met at 10:30 (see room 4:2). Look at http://x.example/a:1 please')).toEqual([])
  })
})

describe('stackFingerprint', () => {
  it('is the same after lines have moved, and leaves libraries out', () => {
    const trace = (line: number) =>
      `at charge (src/pay/charge.ts:${line}:5)\n at run (node_modules/lib/run.js:${line}:1)\n at main (src/main.ts:1:1)`
    expect(stackFingerprint(stackFrames(trace(10)))).toBe('pay/charge.ts:charge < src/main.ts:main')
    expect(stackFingerprint(stackFrames(trace(99)))).toBe(stackFingerprint(stackFrames(trace(10))))
    expect(stackFingerprint([])).toBeNull()
  })
})

describe('fingerprint', () => {
  it('reads a megabyte of anything in no time', () => {
    for (const part of [
      'a',
      'a.',
      'at ',
      '"',
      "'",
      'a/',
      '(',
      ' at a (',
      '@',
      ':1',
      'Error',
      'exit code ',
      '\n',
      'File "',
      '{}()',
      '0',
      'ab12',
    ]) {
      const from = performance.now()
      fingerprint(part.repeat(1_000_000 / part.length))
      fingerprint(`${part.repeat(480 / part.length)}\n`.repeat(2_000))
      expect(performance.now() - from, JSON.stringify(part)).toBeLessThan(1_500)
    }
  })
})

describe('literalsOf', () => {
  const lines = [
    'Uncaught TypeError: cannot read "id" of undefined',
    'java.net.SocketTimeoutException: Read timed out after 30 s',
    'upstream returned 502',
    'worker exited with code 137 (OOMKilled)',
    'sqlstate[23505] while saving order 4711, ora-00060',
    'Unable to reach payments.internal:5432',
    '    at async charge (file:///srv/src/pay/charge.ts:10:5)',
    '\tat com.example.shop.Cart.total(Cart.java:12)',
    '  File "/srv/app/jobs.py", line 7, in run',
    'ÜBERTRAGUNG nach KÖLN is refused by the K\u212A host',
    'エラー: 接続に失敗しました',
    'nothing of note',
  ]
  const texts = fc.array(fc.constantFrom(...lines), { maxLength: 6 }).map((found) => found.join('\n'))
  const shares = (a: readonly unknown[], b: readonly unknown[]): boolean => a.some((each) => b.includes(each))

  it('holds one of every text that prints something the same', () => {
    let met = 0
    fc.assert(
      fc.property(texts, texts, (asked, other) => {
        const [a, b] = [fingerprint(asked), fingerprint(other)]
        const files = (of: typeof a) => of.frames.map(({ path }) => path.split('/').slice(-2).join('/'))
        if (!shares(a.errorClasses, b.errorClasses) && !shares(a.templates, b.templates) && !shares(files(a), files(b))) return
        met++
        const literals = literalsOf(a)
        expect(literals === null || literals.some((literal) => other.toLowerCase().includes(literal))).toBe(true)
      }),
      { numRuns: 500 },
    )
    expect(met).toBeGreaterThan(50)
  })

  it('is of no use without a plain word', () => {
    expect(literalsOf({ errorClasses: [], templates: ['<*> 接続 <*>'], stack: null, frames: [] })).toBeNull()
  })

  it('leaves out what has none of them', () => {
    expect(literalsOf(fingerprint('upstream returned 502'))).toEqual(['502'])
  })
})
