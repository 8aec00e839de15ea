import { mount } from 'svelte'
import App from './App.svelte'
import FailurePanel from './components/FailurePanel.svelte'
import { Lab } from './state/lab.svelte'
import { router } from './state/router.svelte'
import './tokens.css'
import { connect } from './transport/connect'
import type { LabClient } from './transport/client'
import { failureOf } from './transport/client'

/** The lab behind this page; while the window is built, `?fake` shows it with a lab of canned answers. */
async function open(): Promise<LabClient> {
  if (import.meta.env.DEV && new URLSearchParams(location.search).has('fake')) {
    return (await import('./dev/demo')).demo()
  }
  return connect(window.lab, location)
}

async function start(): Promise<void> {
  const lab = new Lab(await open())
  router.start()
  lab.appearance.start()
  lab.start()
  mount(App, { target: document.getElementById('app')!, props: { lab } })
}

start().catch((error: unknown) => {
  const target = document.getElementById('app')!
  target.replaceChildren()
  mount(FailurePanel, { target, props: { what: 'The window could not open.', failure: failureOf(error) } })
})
