// The practice phone: a person plays a contact. It asks for what is new every second; text from the thread is
// only ever put in as text.

const $ = (id) => document.getElementById(id)
const state = { world: null, chosen: null, shown: '', quote: null }

/** Calls the control API. Problems are sentences and go to the page. */
async function call(method, path, body) {
  const init = { method }
  if (body !== undefined) {
    init.headers = { 'Content-Type': 'application/json' }
    init.body = JSON.stringify(body)
  }
  const response = await fetch(`api/${path}`, init)
  if (!response.ok) throw new Error(await response.text())
  return response.json()
}

/** Runs what a button does, says what went wrong, and looks again at once. */
async function act(what) {
  $('problem').textContent = ''
  try {
    await what()
    await refresh()
  } catch (error) {
    $('problem').textContent = error.message
  }
}

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'onclick') element.addEventListener('click', value)
    else element.setAttribute(name, value)
  }
  element.append(...children)
  return element
}

const nameOf = (contact) => contact.name || (contact.phone ? `+${contact.phone}` : `Unknown (${contact.userId.slice(-4)})`)
const time = (ms) => new Date(ms).toLocaleString([], { weekday: 'short', hour: '2-digit', minute: '2-digit' })
const chosen = () => state.world?.contacts.find((contact) => contact.id === state.chosen)

async function refresh() {
  state.world = await call('GET', 'contacts')
  showContacts()
  showWorld()
  if (state.chosen) {
    const { messages } = await call('GET', `contacts/${state.chosen}/messages`)
    showThread(messages)
  }
}

function showContacts() {
  const focused = document.activeElement?.dataset?.contact
  $('contacts').replaceChildren(...state.world.contacts.map((contact) => {
    const channel = contact.channel === 'whatsapp' ? 'WhatsApp' : 'Messenger'
    const button = make('button', { type: 'button', 'data-contact': contact.id, 'aria-current': String(contact.id === state.chosen), onclick: () => choose(contact.id) })
    if (contact.unread) button.append(make('span', { class: 'count', 'aria-label': `${contact.unread} not read` }, String(contact.unread)))
    button.append(make('b', { dir: 'auto' }, nameOf(contact)), make('small', {}, `${channel} · ${contact.touchpoint}`), make('small', { dir: 'auto' }, contact.lastText || 'No messages'))
    return make('li', {}, button)
  }))
  if (focused) document.querySelector(`[data-contact="${focused}"]`)?.focus()
}

function choose(id) {
  state.chosen = id
  state.shown = ''
  quote(null)
  return act(async () => {})
}

function showThread(messages) {
  const contact = chosen()
  $('write').hidden = false
  $('thread-title').textContent = `${nameOf(contact)}’s phone`
  const open = contact.windowUntilMs > state.world.nowMs
  const window = contact.windowUntilMs === 0 ? 'has not written yet' : `window ${open ? 'open until' : 'closed since'} ${time(contact.windowUntilMs)}`
  const waiting = contact.undelivered ? ` · ${contact.undelivered} webhooks waiting` : ''
  $('thread-about').textContent = `Writes to ${contact.touchpoint} · ${window}${waiting}`
  $('block').setAttribute('aria-pressed', String(contact.blocked))
  $('block').textContent = contact.blocked ? 'Unblock' : 'Block'

  const look = JSON.stringify(messages)
  if (look === state.shown) return
  state.shown = look
  const byId = new Map(messages.map((message) => [message.id, message]))
  $('thread').replaceChildren(...messages.map((message) => bubble(message, byId)))
  $('thread').scrollTop = $('thread').scrollHeight
}

function bubble(message, byId) {
  const line = make('li', { 'data-from': message.fromContact ? 'contact' : 'business', dir: 'auto' })
  if (message.replyTo) line.append(make('small', { dir: 'auto' }, `↪ ${textOf(byId.get(message.replyTo)) || 'a message'}`))
  const address = `api/media/${encodeURIComponent(message.mediaId)}`
  if (message.kind === 'image' || message.kind === 'sticker') line.append(make('img', { src: address, alt: message.text || 'Photo' }))
  else if (message.kind === 'audio') line.append(make('audio', { src: address, controls: '' }))
  else if (message.kind === 'video') line.append(make('video', { src: address, controls: '', width: '260' }))
  else if (message.mediaId) line.append(make('a', { href: address, download: message.fileName || 'file' }, message.fileName || 'File'))
  line.append(textOf(message, true))
  const who = message.fromContact ? (message.seen ? 'seen by the business' : 'sent') : message.state
  const foot = make('small', {}, `${time(message.atMs)} · ${who} `)
  foot.append(make('button', { type: 'button', class: 'quick', onclick: () => quote(message) }, 'Reply'))
  if (!message.fromContact) {
    foot.append(' ', make('button', { type: 'button', class: 'quick', 'aria-label': 'React with a heart', onclick: () => write({ reaction: { messageId: message.id, emoji: '❤️' } }) }, '❤️'))
  }
  line.append(foot)
  return line
}

function textOf(message, beside = false) {
  if (!message) return ''
  if (message.kind === 'reaction') return message.emoji ? `Reacted ${message.emoji}` : 'Took a reaction back'
  if (message.location) return `📍 ${message.location.name || `${message.location.latitude}, ${message.location.longitude}`}`
  if (message.card) return `👤 ${message.card.name} ${message.card.phone}`
  return message.text || (beside ? '' : message.kind)
}

function quote(message) {
  state.quote = message
  $('quote').hidden = !message
  $('quote').querySelector('span').textContent = textOf(message)
  if (message) $('text').focus()
}

function write(body) {
  if (state.quote) body.replyTo = state.quote.id
  return act(async () => {
    await call('POST', `contacts/${state.chosen}/messages`, body)
    quote(null)
  })
}

function showWorld() {
  const { nowMs, offsetMs, quiet, faults } = state.world
  const ahead = offsetMs >= 60000 ? ` (${Math.round(offsetMs / 360000) / 10} h ahead)` : ''
  $('now').textContent = new Date(nowMs).toLocaleString() + ahead
  $('quiet').checked = quiet
  for (const box of document.querySelectorAll('[data-fault]')) {
    box.checked = box.dataset.fault === 'slow' ? faults.slowMs > 0 : faults[box.dataset.fault]
  }
  $('fail-state').textContent = faults.failNext ? `The next send fails with ${faults.failNext.code}.` : ''
}

function setFaults(change) {
  return act(() => call('POST', 'faults', { ...state.world.faults, ...change }))
}

/** Reads a chosen file as base64. */
function base64(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(',') + 1))
    reader.onerror = () => reject(reader.error)
    reader.readAsDataURL(file)
  })
}

$('write').addEventListener('submit', (event) => {
  event.preventDefault()
  const text = $('text').value
  if (!text.trim()) return
  $('text').value = ''
  write({ text })
})
$('text').addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
    event.preventDefault()
    $('write').requestSubmit()
  }
})
for (const button of document.querySelectorAll('[data-sample]')) {
  button.addEventListener('click', () => write({ sample: button.dataset.sample }))
}
for (const button of document.querySelectorAll('[data-advance]')) {
  button.addEventListener('click', () => act(() => call('POST', 'clock', { advanceMs: Number(button.dataset.advance) })))
}
for (const box of document.querySelectorAll('[data-fault]')) {
  box.addEventListener('change', () => setFaults(box.dataset.fault === 'slow' ? { slowMs: box.checked ? 5000 : 0 } : { [box.dataset.fault]: box.checked }))
}
$('location').addEventListener('click', () => write({ location: { latitude: 37.7412, longitude: -25.6756, name: 'Portas da Cidade', address: 'Ponta Delgada' } }))
$('file').addEventListener('change', () => act(async () => {
  const [file] = $('file').files
  $('file').value = ''
  if (!file) return
  const content = { data: await base64(file), mime: file.type, fileName: file.name }
  await write(file.type.startsWith('image/') ? { image: content } : { file: content })
}))
$('read').addEventListener('click', () => act(() => call('POST', `contacts/${state.chosen}/read`, {})))
$('block').addEventListener('click', () => act(() => call('POST', `contacts/${state.chosen}/block`, { blocked: !chosen().blocked })))
$('unquote').addEventListener('click', () => quote(null))
$('quiet').addEventListener('change', () => act(() => call('POST', 'quiet', { quiet: $('quiet').checked })))
$('fail-next').addEventListener('click', () => setFaults({ failNext: { code: Number($('fail-code').value), times: 1 } }))

/** Looks for news for as long as the page is open. */
async function follow() {
  try {
    await refresh()
    $('connection').textContent = ''
  } catch {
    $('connection').textContent = 'Practice is not running.'
  }
  setTimeout(follow, 1000)
}
follow()
