// The practice phone: a person plays a customer. It asks for what is new every second.

import { $, call, channelName, chosen, icon, initials, make, nameOf, state } from './api.js'
import { showThread, words } from './thread.js'
import { connectWorld, showCodes, showWorld } from './world.js'

/** The one customer whose phone this page shows and nothing else: it stands on the stage of another page. */
const alone = new URLSearchParams(location.search).get('phone')
if (alone) {
  document.body.dataset.alone = ''
  state.chosen = alone
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

async function refresh() {
  state.world = await call('GET', 'contacts')
  if (!chosen()) state.chosen = state.world.contacts[0]?.id ?? null
  const asked = state.chosen
  const { messages } = asked ? await call('GET', `contacts/${asked}/messages`) : { messages: [] }
  if (asked !== state.chosen) return // somebody else was chosen meanwhile
  state.messages = messages
  showContacts()
  showWorld()
  if (chosen()) showPhone()
}

function showContacts() {
  const look = JSON.stringify([state.chosen, state.world.contacts.map((contact) => [contact.id, contact.name, contact.phone, contact.lastText, contact.unread])])
  if (look === showContacts.look) return
  showContacts.look = look
  const focused = document.activeElement?.dataset?.contact
  $('contacts').replaceChildren(...state.world.contacts.map((contact) => make('li', {}, row(contact))))
  if (focused) document.querySelector(`[data-contact="${CSS.escape(focused)}"]`)?.focus()
}

function row(contact) {
  const name = contact.name ? initials(contact.name) : ''
  const tint = contact.name ? ([...contact.id].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % 5) + 1 : 6
  const avatar = make('span', { class: 'avatar', 'data-tint': tint }, name || icon('person'))
  avatar.append(icon(contact.channel, { class: 'channel', 'data-channel': contact.channel, 'aria-hidden': 'false', role: 'img', 'aria-label': channelName(contact.channel) }))
  const lines = make('span', { class: 'lines' }, make('b', { dir: 'auto' }, nameOf(contact)), make('small', { dir: 'auto' }, contact.lastText || `Writes to ${contact.touchpoint}`))
  const button = make('button', {
    type: 'button', class: 'row', 'data-contact': contact.id, 'aria-current': String(contact.id === state.chosen), 'data-unread': contact.unread > 0, onclick: () => choose(contact.id),
  }, avatar, lines)
  if (contact.unread) button.append(make('span', { class: 'count', 'aria-label': `${contact.unread} not read` }, String(contact.unread)))
  return button
}

function choose(id) {
  state.chosen = id
  about(null)
  return act(async () => {})
}

/** Keeps the phone that is shown on the stage, so that another customer can be played beside it. */
function keep() {
  const contact = chosen()
  if (!contact || document.querySelector(`[data-kept="${CSS.escape(contact.id)}"]`)) return
  const name = nameOf(contact)
  const kept = make('div', { class: 'kept', 'data-kept': contact.id },
    make('button', { type: 'button', class: 'btn small', 'aria-label': `Put ${name}’s phone away`, onclick: () => kept.remove() }, 'Put away'),
    make('iframe', { src: `?phone=${encodeURIComponent(contact.id)}`, title: `${name}’s phone` }))
  $('stage').append(kept)
  const next = state.world.contacts.find((other) => !document.querySelector(`[data-kept="${CSS.escape(other.id)}"]`))
  if (next) choose(next.id)
}

function showPhone() {
  const contact = chosen()
  const name = nameOf(contact).split(' ')[0]
  $('write').hidden = $('menu').hidden = false
  $('text').placeholder = `Write as ${name}`
  $('text').setAttribute('aria-label', `Write as ${name}`)
  $('send-as').textContent = `Send as ${name}`
  $('block').textContent = contact.blocked ? 'Unblock the business' : 'Block the business'
  for (const element of document.querySelectorAll('main [data-only]')) element.hidden = element.dataset.only !== contact.channel
  showCodes(contact.channel)
  showThread({ write, about })
}

/** What the editor is about: a reply, an edit, or nothing. */
function about(what, message) {
  state.about = what ? { what, message } : null
  $('about').hidden = !what
  $('about').querySelector('span').textContent = what ? `${what === 'edit' ? 'Editing' : 'Reply to'}: ${words(message)}` : ''
  if (what === 'edit') $('text').value = message.text
  if (what) $('text').focus()
}

function write(body) {
  if (state.about?.what === 'reply') body.replyTo = state.about.message.id
  return act(async () => {
    await call('POST', `contacts/${state.chosen}/messages`, body)
    about(null)
  })
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

async function attach(file) {
  const content = { data: await base64(file), mime: file.type, fileName: file.name }
  const text = $('text').value
  $('text').value = ''
  if (file.type === 'image/webp') return write({ sticker: content })
  return write(file.type.startsWith('image/') ? { image: content, text } : { file: content, text })
}

$('write').addEventListener('submit', (event) => {
  event.preventDefault()
  const text = $('text').value
  if (!text.trim()) return
  $('text').value = ''
  write(state.about?.what === 'edit' ? { edit: state.about.message.id, text } : { text })
})
$('text').addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
    event.preventDefault()
    $('write').requestSubmit()
  } else if (event.key === 'Escape') {
    about(null)
  }
})
for (const button of document.querySelectorAll('[data-send]')) {
  button.addEventListener('click', () => write(JSON.parse(button.dataset.send)))
}
for (const button of document.querySelectorAll('[data-event]')) {
  button.addEventListener('click', () => write({ event: button.dataset.event }))
}
$('menu').addEventListener('click', (event) => {
  if (event.target.closest('button')) $('menu').open = false
})
document.addEventListener('click', (event) => {
  if (!$('menu').contains(event.target)) $('menu').open = false
})
$('menu').addEventListener('keydown', (event) => {
  if (event.key === 'Escape') $('menu').open = false
})
$('file').addEventListener('change', () => act(async () => {
  const [file] = $('file').files
  $('file').value = ''
  if (file) await attach(file)
}))
$('keep').addEventListener('click', keep)
$('read').addEventListener('click', () => act(() => call('POST', `contacts/${state.chosen}/read`, {})))
$('block').addEventListener('click', () => act(() => call('POST', `contacts/${state.chosen}/block`, { blocked: !chosen().blocked })))
$('number').addEventListener('click', () => act(() => call('POST', `contacts/${state.chosen}/number`, {})))
$('user-id').addEventListener('click', () => act(() => call('POST', `contacts/${state.chosen}/user-id`, {})))
$('forget').addEventListener('click', () => about(null))
$('reset').addEventListener('click', () => {
  if (confirm('Start over? All practice messages on this phone are forgotten. The clock stays.')) act(() => call('POST', 'reset', {}))
})
$('new').addEventListener('click', () => $('new-dialog').showModal())
const form = $('new-dialog').querySelector('form')
form.elements.channel.addEventListener('change', () => {
  for (const label of form.querySelectorAll('[data-only]')) label.hidden = label.dataset.only !== form.elements.channel.value
})
$('new-dialog').addEventListener('close', () => {
  if ($('new-dialog').returnValue === 'add') {
    const { channel, ...given } = Object.fromEntries(new FormData(form))
    if (channel === 'messenger') delete given.phone, delete given.username
    act(async () => { state.chosen = (await call('POST', 'contacts', { channel, ...given })).id })
  }
  form.reset()
  form.elements.channel.dispatchEvent(new Event('change'))
})
connectWorld(act)

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
