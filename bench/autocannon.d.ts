// The part of autocannon that the benchmarks use; the package brings no types.
declare module 'autocannon' {
  type Request = { method?: string; headers?: Record<string, string>; body?: string; setupRequest?: (request: Request) => Request }
  type Options = { url: string; connections: number; duration: number; requests: Request[] }
  type Result = { duration: number; '2xx': number; non2xx: number; errors: number; latency: { p99: number } }
  // eslint-disable-next-line no-restricted-syntax -- it is how the package exports it
  export default function autocannon(options: Options): Promise<Result>
}
