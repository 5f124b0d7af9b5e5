// Clock, faults and templates: what a person does to the world instead of writing.

import { $, call, chosen, make, state } from './api.js'

/** Codes worth trying, by channel, with what an agent would call them. */
const codes = {
  whatsapp: [
    [131026, 'number can’t receive'], [131047, 'window closed'], [131049, 'Meta protects the contact'], [131050, 'opted out'], [131056, 'too fast for this contact'],
    [130429, 'too fast for this number'], [131053, 'file cannot be used'], [131000, 'Meta’s own error'], [1, 'unknown'], [131016, 'overloaded'], [190, 'token expired'],
    [131031, 'account locked'], [131042, 'payment problem'], [132015, 'template paused'], [100, 'invalid'],
  ],
  messenger: [
    [551, 'person unavailable', 1545041], [10, 'window closed', 2018278], [1, 'sent although error', 1357046], [2, 'unknown'], [613, 'too fast'],
    [100, 'nobody of that id', 2018001], [100, 'file too large', 2018109], [2018300, 'another app answers'], [190, 'token expired'], [10, 'Page restricted', 1893063],
  ],
}

/** Shows the world as it is. What a person has focused is left alone. */
export function showWorld() {
  const { nowMs, offsetMs, quiet, faults } = state.world
  const now = new Date(nowMs)
  $('time').textContent = now.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })
  const ahead = offsetMs >= 60000 ? ` · ${Math.round(offsetMs / 360000) / 10} h ahead` : ''
  $('day').textContent = `${now.toLocaleDateString([], { weekday: 'short', day: 'numeric', month: 'short' })}${ahead}`
  $('window').textContent = windowOf(chosen())
  $('lively').checked = !quiet
  for (const box of document.querySelectorAll('[data-fault]')) box.checked = Boolean(faults[box.dataset.fault])
  const next = faults.failNext ? (faults.failNext.late ? 'late' : 'refused') : faults.lostReply ? 'lost' : faults.withoutId ? 'without' : faults.neverRead ? 'unread' : 'read'
  for (const radio of document.querySelectorAll('[name="next"]')) {
    if (document.activeElement !== radio) radio.checked = radio.value === next
  }
  for (const button of document.querySelectorAll('[data-until]')) {
    button.disabled = !chosen() || chosen().windowUntilMs - Number(button.dataset.until) <= nowMs
  }
}

/** Until when the business may answer the customer, and what still waits to be delivered to it. */
function windowOf(contact) {
  if (!contact) return ''
  const waiting = contact.undelivered ? ` · ${contact.undelivered} waiting for the hub` : ''
  if (contact.windowUntilMs === 0) return `They have not written yet.${waiting}`
  const until = new Date(contact.windowUntilMs).toLocaleString([], { weekday: 'short', hour: '2-digit', minute: '2-digit' })
  return `Window ${contact.windowUntilMs > state.world.nowMs ? 'open until' : 'closed since'} ${until}${waiting}`
}

/** Offers the codes of the chosen customer's channel. */
export function showCodes(channel) {
  if (showCodes.channel === channel) return
  showCodes.channel = channel
  for (const id of ['late-code', 'refused-code']) {
    $(id).replaceChildren(...codes[channel].map(([code, name, subcode]) => make('option', { value: `${code}/${subcode ?? 0}` }, `${name} (${code}${subcode ? `/${subcode}` : ''})`)))
  }
  for (const radio of document.querySelectorAll('[name="next"][value="late"]')) radio.disabled = channel === 'messenger'
}

function setFaults(change) {
  return call('POST', 'faults', { ...state.world.faults, ...change })
}

function setNext(value) {
  const change = { neverRead: value === 'unread', lostReply: value === 'lost', withoutId: value === 'without', failNext: null }
  if (value === 'late' || value === 'refused') {
    const [code, subcode] = $(`${value}-code`).value.split('/').map(Number)
    change.failNext = { code, subcode, late: value === 'late', times: 1 }
  }
  return setFaults(change)
}

async function showTemplates() {
  const { templates } = await call('GET', 'templates')
  const statuses = ['APPROVED', 'PENDING', 'REJECTED', 'PAUSED', 'DISABLED']
  $('templates').querySelector('ul').replaceChildren(...templates.map((template) => {
    const label = `${template.name} · ${template.language}`
    const select = make('select', { 'aria-label': `Status of ${label}` }, ...statuses.map((status) => make('option', { value: status, selected: status === template.status }, status.toLowerCase())))
    select.addEventListener('change', () => call('POST', 'templates', { name: template.name, language: template.language, status: select.value }))
    return make('li', {}, make('span', { title: label }, label), select)
  }))
}

/** Connects the controls. act runs what a person asked for and says what went wrong. */
export function connectWorld(act) {
  for (const button of document.querySelectorAll('[data-advance]')) {
    button.addEventListener('click', () => act(() => call('POST', 'clock', { advanceMs: Number(button.dataset.advance) })))
  }
  for (const button of document.querySelectorAll('[data-until]')) {
    button.addEventListener('click', () => act(() => call('POST', 'clock', { advanceMs: chosen().windowUntilMs - Number(button.dataset.until) - state.world.nowMs })))
  }
  for (const box of document.querySelectorAll('[data-fault]')) {
    const on = box.dataset.on ? Number(box.dataset.on) : true
    box.addEventListener('change', () => act(() => setFaults({ [box.dataset.fault]: box.checked ? on : box.dataset.on ? 0 : false })))
  }
  for (const radio of document.querySelectorAll('[name="next"]')) {
    radio.addEventListener('change', () => act(() => setNext(radio.value)))
  }
  for (const value of ['late', 'refused']) {
    $(`${value}-code`).addEventListener('change', () => act(() => setNext(value)))
  }
  $('lively').addEventListener('change', () => act(() => call('POST', 'quiet', { quiet: !$('lively').checked })))
  $('templates').addEventListener('toggle', () => $('templates').open && act(showTemplates))
}
