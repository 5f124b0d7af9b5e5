// The screen of the phone: the messages as the customer sees them.

import { $, channelName, chosen, clockTime, icon, initials, make, nameOf, state } from './api.js'

const kinds = { image: 'Photo', video: 'Video', audio: 'Voice note', document: 'Document', sticker: 'Sticker', location: 'Location', contacts: 'Contact', order: 'Order' }
const events = {
  optin: 'They opted in.', referral: 'They came back through a link.', pass_thread_control: 'Another app took the thread over.',
  take_thread_control: 'Another app gave the thread back.', account_linking: 'They linked their account.', request_welcome: 'They opened the conversation.',
}

/** The words of a message, for quotes and labels too. */
export function words(message) {
  if (!message) return 'a message'
  if (message.deleted) return 'Deleted'
  if (message.location && !message.text) return `📍 ${message.location.name || `${message.location.latitude}, ${message.location.longitude}`}`
  if (message.card) return `👤 ${message.card.name} ${message.card.phone}`
  if (message.kind === 'unsupported') return `A ${message.rawKind}, which Meta does not pass on`
  return message.text || kinds[message.kind] || message.kind
}

/** Shows the chosen customer's screen. Nothing is touched while nothing has changed, so that a film plays on. */
export function showThread(actions) {
  const contact = chosen()
  $('phone').dataset.channel = contact.channel
  $('thread-title').textContent = contact.touchpoint
  $('business').textContent = initials(contact.touchpoint)
  $('thread-about').textContent = `Practice ${channelName(contact.channel)} · ${nameOf(contact).split(' ')[0]}’s view${contact.blocked ? ' · blocked' : ''}`
  const look = JSON.stringify([state.chosen, contact.typing, state.messages])
  if (look === showThread.look) return
  showThread.look = look
  const scroll = $('thread')
  const wasAtEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 40 || scroll.dataset.contact !== contact.id
  scroll.dataset.contact = contact.id
  scroll.replaceChildren(...lines(contact, actions))
  if (!wasAtEnd) return
  const toEnd = () => { scroll.scrollTop = scroll.scrollHeight }
  toEnd()
  for (const picture of scroll.querySelectorAll('img')) picture.addEventListener('load', toEnd, { once: true })
}

function lines(contact, actions) {
  const byId = new Map(state.messages.map((message) => [message.id, message]))
  const reactions = new Map()
  for (const message of state.messages) {
    if (message.kind === 'reaction') reactions.set(`${message.targetId} ${message.fromContact}`, message.emoji)
  }
  const shown = []
  let day = ''
  for (const message of state.messages) {
    if (message.kind === 'reaction') continue
    const today = new Date(message.atMs).toLocaleDateString([], { weekday: 'long', day: 'numeric', month: 'long' })
    if (today !== day) shown.push(make('li', { class: 'day' }, today))
    day = today
    if (message.kind === 'system' || message.kind === 'request_welcome') {
      shown.push(make('li', { class: 'line', dir: 'auto' }, events[message.rawKind] || message.text))
      continue
    }
    shown.push(bubble(message, byId, reactions, actions))
  }
  if (contact.typing) shown.push(make('li', { class: 'typing', role: 'status' }, `${contact.touchpoint} is writing`))
  return shown
}

function bubble(message, byId, reactions, actions) {
  const line = make('li', { class: 'message', 'data-from': message.fromContact ? 'contact' : 'business', 'data-failed': message.state === 'failed' })
  const body = make('div', { class: 'bubble', dir: 'auto' })
  if (message.deleted) {
    body.append(make('span', { class: 'gone' }, 'Deleted for everybody'))
  } else {
    if (message.replyTo) body.append(make('span', { class: 'quoted', dir: 'auto' }, words(byId.get(message.replyTo))))
    if (message.forwarded) body.append(make('span', { class: 'foot' }, 'Forwarded'))
    if (message.ad) body.append(make('span', { class: 'quoted', dir: 'auto' }, `Ad: ${message.ad.headline}`))
    if (message.header) body.append(make('span', { class: 'head' }, message.header))
    body.append(...media(message), ...linked(message.mediaId && !message.text ? '' : words(message)))
    if (message.footer) body.append(make('span', { class: 'foot' }, message.footer))
  }
  body.append(meta(message))
  line.append(body)
  for (const from of [true, false]) {
    const emoji = reactions.get(`${message.id} ${from}`)
    if (emoji) line.append(make('span', { class: 'reaction', role: 'img', 'aria-label': `${from ? 'Their' : 'The business’s'} reaction: ${emoji}` }, emoji))
  }
  if (message.choices?.length) line.append(choices(message, actions))
  if (!message.deleted) line.append(tools(message, reactions.get(`${message.id} true`), actions))
  return line
}

function media(message) {
  if (!message.mediaId) return []
  const address = `api/media/${encodeURIComponent(message.mediaId)}`
  switch (message.kind) {
    case 'image':
      return [make('img', { src: address, alt: message.text || 'Photo' })]
    case 'sticker':
      return [make('img', { src: address, alt: 'Sticker', class: 'sticker' })]
    case 'audio':
      return [make('audio', { src: address, controls: true })]
    case 'video':
      return [make('video', { src: address, controls: true, preload: 'metadata' })]
    case 'template':
      if (message.mime?.startsWith('image/')) return [make('img', { src: address, alt: 'Photo' })]
  }
  return [make('a', { href: address, download: message.fileName || 'file' }, `📄 ${message.fileName || 'File'}`), message.text ? '\n' : '']
}

/** Text with its web addresses as links. */
function linked(text) {
  return text.split(/(https?:\/\/[^\s<>"]+)/).map((part, i) => (i % 2 ? make('a', { href: part, target: '_blank', rel: 'noreferrer noopener' }, part) : part))
}

function meta(message) {
  const edited = message.edited ? 'edited ' : ''
  const shown = make('span', { class: 'meta' }, edited + clockTime(message.atMs))
  if (message.fromContact) {
    const label = message.seen ? 'The business has read it' : 'Sent'
    shown.append(icon(message.seen ? 'ticks' : 'tick', { 'aria-hidden': 'false', role: 'img', 'aria-label': label, ...(message.seen ? { 'data-seen': '' } : {}) }))
  } else if (message.state === 'failed') {
    shown.append(' · failed')
  }
  return shown
}

function choices(message, actions) {
  const buttons = message.choices.map((choice, index) => {
    const title = choice.description ? `${choice.title} (${choice.description})` : choice.title
    return make('button', { type: 'button', class: 'btn', disabled: choice.of ? undefined : true, onclick: () => actions.write({ answer: { messageId: message.id, index } }) }, title)
  })
  return make('div', { class: 'choices' }, ...buttons)
}

function tools(message, own, actions) {
  const button = (label, text, onclick) => make('button', { type: 'button', 'aria-label': label, title: label, onclick }, text)
  const bar = make('div', { class: 'tools' }, button('Reply to it', 'Reply', () => actions.about('reply', message)))
  if (!message.fromContact) {
    for (const emoji of ['❤️', '👍', '😂']) {
      const gone = own === emoji
      bar.append(button(gone ? `Take ${emoji} back` : `React with ${emoji}`, emoji, () => actions.write({ reaction: { messageId: message.id, emoji: gone ? '' : emoji } })))
    }
  } else if (message.kind === 'text') {
    bar.append(button('Edit it', 'Edit', () => actions.about('edit', message)))
  }
  if (message.fromContact) bar.append(button('Delete it for everybody', 'Delete', () => actions.write({ delete: message.id })))
  return bar
}
