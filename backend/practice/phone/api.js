// The control API of practice Meta, and what the page knows of it.

/** What was last heard: the world with its contacts, whose phone is shown, and what the editor is about. */
export const state = { world: null, chosen: null, messages: [], about: null }

export const $ = (id) => document.getElementById(id)
export const chosen = () => state.world?.contacts.find((contact) => contact.id === state.chosen)

/** Calls the control API. Problems are sentences for the person. */
export async function call(method, path, body) {
  const init = { method }
  if (body !== undefined) {
    init.headers = { 'Content-Type': 'application/json' }
    init.body = JSON.stringify(body)
  }
  const response = await fetch(`api/${path}`, init)
  if (!response.ok) throw new Error((await response.text()).trim())
  return response.json()
}

/** Makes an element. Text from the world only ever gets in as text. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'onclick') element.addEventListener('click', value)
    else if (value !== undefined && value !== false) element.setAttribute(name, value === true ? '' : value)
  }
  element.append(...children)
  return element
}

/** An icon of the page's own symbols. */
export function icon(name, attributes = {}) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  for (const [key, value] of Object.entries({ class: 'i', 'aria-hidden': 'true', ...attributes })) svg.setAttribute(key, value)
  const use = document.createElementNS('http://www.w3.org/2000/svg', 'use')
  use.setAttribute('href', `#${name}`)
  svg.append(use)
  return svg
}

export const channelName = (channel) => (channel === 'messenger' ? 'Messenger' : 'WhatsApp')
export const nameOf = (contact) => contact.name || (contact.phone ? `+${contact.phone}` : contact.username || `Unknown (${contact.userId.slice(-4)})`)
export const clockTime = (ms) => new Date(ms).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })

/** At most two letters of a name; one in scripts without capitals, whose letters would join. */
export function initials(name) {
  const letters = [...name.matchAll(/(?:^|\s)(\p{L})/gu)].map((found) => found[1])
  const joined = letters[0]?.toUpperCase() === letters[0]?.toLowerCase()
  return letters.slice(0, joined ? 1 : 2).join('').toUpperCase()
}
