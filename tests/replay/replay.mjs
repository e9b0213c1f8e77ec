// Replays HAR files with Playwright (`routeFromHAR`), and prints what `fetch` sees in a page of Chromium.
//
//   node replay.mjs PLAN.json CHROMIUM NODE_MODULES/
//
// The plan is a list of {"cassette": path, "exchanges": [{method, url, request_body}]}, bodies in base64. Printed is for
// each HAR a list of {status, headers, body, error}.

import { readFileSync } from "node:fs"
import { createRequire } from "node:module"

const [plan, executablePath, modules] = process.argv.slice(2)
const { chromium } = createRequire(modules)("playwright-core")

// Runs in the page. `fetch` refuses a body with GET.
async function askAll(exchanges) {
  async function ask({ method, url, request_body: content }) {
    const bytes = Uint8Array.from(atob(content), each => each.charCodeAt(0))
    const body = bytes.length && !["GET", "HEAD"].includes(method) ? bytes : undefined
    const response = await fetch(url, { method, body })
    const answer = new Uint8Array(await response.arrayBuffer())
    const characters = Array.from(answer, each => String.fromCharCode(each)).join("")
    return { status: response.status, headers: {}, body: btoa(characters), error: "" }
  }
  const seen = []
  for (const each of exchanges) {
    seen.push(await ask(each).catch(error => ({ status: 0, headers: {}, body: "", error: String(error) })))
  }
  return seen
}

// A page may ask only its own host, or who lets it; these recordings were made by programs, which nobody has to let.
const words = ["disable-web-security", "no-sandbox", "disable-gpu", "disable-quic", "disable-background-networking"]
const browser = await chromium.launch({ executablePath, args: words.map(each => `--${each}`) })
const page = await browser.newPage()
const answers = []
for (const { cassette, exchanges } of JSON.parse(readFileSync(plan, "utf8"))) {
  await page.routeFromHAR(cassette, { notFound: "abort" })
  answers.push(await page.evaluate(askAll, exchanges))
  await page.unrouteAll()
}
await browser.close()
console.log(JSON.stringify(answers))
