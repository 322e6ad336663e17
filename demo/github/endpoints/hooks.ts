import type { Call, Context, Routes } from '../http.ts'
import { notFound, numberIn, text } from '../http.ts'
import type { JsonObject } from '../state.ts'
import type { Delivery } from '../webhooks.ts'
import { onlyApp } from './apps.ts'

function itemShape(delivery: Delivery): JsonObject {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: delivery.deliveredAt.toISOString(),
    redelivery: delivery.isRedelivery,
    duration: Math.round(delivery.durationMs) / 1000,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.installationId,
    repository_id: delivery.repositoryId,
    throttled_at: null,
  }
}

function deliveryOf(context: Context, call: Call): Delivery {
  onlyApp(call)
  const id = numberIn(call, 'delivery_id')
  const delivery = context.webhooks.log.find((one) => one.id === id)
  if (delivery === undefined) throw notFound()
  return delivery
}

/** GitHub pages this list by an opaque cursor and only says `next`. */
function deliveries(context: Context, call: Call) {
  onlyApp(call)
  const { query } = call
  const perPage = Math.min(100, Math.max(1, Number(query.get('per_page')) || 30))
  const from = query.get('cursor')
  const before = from === null ? Infinity : Number(/^v1_(\d+)$/.exec(from)?.[1] ?? NaN)
  const status = query.get('status')
  const all = context.webhooks.log
    .filter((delivery) => delivery.id < before)
    .filter((delivery) => status === null || delivery.statusCode < 400 === (status === 'success'))
    .toSorted((a, b) => b.id - a.id)
  const page = all.slice(0, perPage)
  const last = page.at(-1)
  const next = new URLSearchParams(query)
  next.set('cursor', `v1_${last?.id ?? 0}`)
  return {
    status: 200,
    body: page.map(itemShape),
    ...(all.length > page.length ? { headers: { link: `<${call.address}?${next.toString()}>; rel="next"` } } : {}),
  }
}

function configShape({ state }: Context): JsonObject {
  return { content_type: 'json', insecure_ssl: '0', secret: '********', url: state.app.webhookUrl ?? '' }
}

export const hookRoutes: Routes = {
  'GET /app/hook/config': (context, call) => {
    onlyApp(call)
    return { status: 200, body: configShape(context) }
  },
  'PATCH /app/hook/config': (context, call) => {
    onlyApp(call)
    const { app } = context.state
    app.webhookUrl = text(call.body, 'url') ?? app.webhookUrl
    app.webhookSecret = text(call.body, 'secret') ?? app.webhookSecret
    return { status: 200, body: configShape(context) }
  },
  'GET /app/hook/deliveries': deliveries,
  'GET /app/hook/deliveries/{delivery_id}': (context, call) => {
    const delivery = deliveryOf(context, call)
    const body = {
      ...itemShape(delivery),
      url: context.state.app.webhookUrl ?? '',
      request: { headers: delivery.requestHeaders, payload: JSON.parse(delivery.body) as unknown },
      response: { headers: delivery.responseHeaders, payload: delivery.responseBody },
    }
    return { status: 200, body }
  },
  'POST /app/hook/deliveries/{delivery_id}/attempts': (context, call) => {
    const delivery = deliveryOf(context, call)
    // The same GUID again, under a new delivery id.
    context.webhooks.sendLater(delivery)
    return { status: 202, body: {} }
  },
}
