/* An editor of text with a few formats, in place of a text area that has HTML in it. Without this script the
   text area is there, and saves as well.

   The editor is django-prose-editor's bundle of Tiptap, imported from the address in the text area's
   `data-rich-text-editor`. The toolbar and the dialog are our own: words instead of signs, in Swedish. What may be
   written is decided by sodertorn/rich_text.py. */

const SCHEME = /^(https?|mailto|tel):/i
const LINK = /^((https?:\/\/|mailto:|tel:)[^\s\\]+|\/(?![/\\])[^\s\\]*)$/i
const WEB = "https"

/* The address that someone meant: "www.huddinge.se", "namn@huddinge.se", "08-535 300 00", "/kalender/". Empty if
   it is no address. */
function linkAddress(typed) {
  let address = typed.trim()
  if (/^\+?[\d\s()-]{5,}$/.test(address)) address = `tel:${address.replace(/[^+\d]/g, "")}`
  else if (/^[^\s/@]+@[^\s/@]+\.[^\s/@]+$/.test(address) && !SCHEME.test(address)) address = `mailto:${address}`
  else if (/^[^\s/:]+\.[^\s/:]{2,}/.test(address) && !SCHEME.test(address)) address = `${WEB}://${address}`
  return LINK.test(address) ? address : ""
}

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag)
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value)
  made.append(...children)
  return made
}

/* Asks where a link leads, and for its text when nothing is selected. */
class LinkDialog {
  constructor(id) {
    this.text = element("input", { id: `${id}-link-text`, type: "text", class: "vTextField" })
    this.textField = element(
      "p", {}, element("label", { for: this.text.id }, "Länkens text"), this.text,
    )
    this.address = element("input", {
      id: `${id}-link-address`, type: "text", class: "vTextField", inputmode: "url",
      autocapitalize: "off", spellcheck: "false",
      "aria-describedby": `${id}-link-help ${id}-link-error`,
    })
    this.error = element("p", { id: `${id}-link-error`, class: "errornote", role: "alert", hidden: "" })
    const cancel = element("button", { type: "button", class: "button" }, "Avbryt")
    this.form = element("form", { method: "dialog" },
      element("h2", { id: `${id}-link-title` }, "Länk"),
      this.error,
      this.textField,
      element("p", {}, element("label", { for: this.address.id }, "Adress"), this.address),
      element("p", { id: `${id}-link-help`, class: "help" },
        "En webbadress, en e-postadress, ett telefonnummer, eller en adress på den här webbplatsen, till exempel /kalender/."),
      element("p", { class: "rich-text__answers" },
        element("button", { type: "submit", class: "button default" }, "Infoga länken"), cancel),
    )
    this.dialog = element("dialog",
      { class: "rich-text__dialog", "aria-labelledby": `${id}-link-title` }, this.form)
    cancel.addEventListener("click", () => this.dialog.close())
    this.form.addEventListener("submit", (event) => this.answer(event))
    document.body.append(this.dialog)
  }

  open(address, needsText, done) {
    this.done = done
    this.address.value = address
    this.text.value = ""
    this.textField.hidden = !needsText
    this.say("")
    this.dialog.showModal()
    ;(needsText ? this.text : this.address).focus()
  }

  answer(event) {
    event.preventDefault()
    const address = linkAddress(this.address.value)
    if (!address) {
      this.say("Skriv en hel adress, till exempel www.huddinge.se, namn@huddinge.se eller /kalender/.")
      this.address.focus()
      return
    }
    this.dialog.close()
    this.done(address, this.text.value.trim() || this.address.value.trim())
  }

  say(error) {
    this.error.textContent = error
    this.error.hidden = !error
    this.address.setAttribute("aria-invalid", String(Boolean(error)))
  }
}

/* What the toolbar offers: its groups, and in each what a button says, its keys, what it does, and whether it is on
   or can be used where the cursor is. */
function toolbarGroups(editor, askForLink) {
  const toggle = (label, keys, command, name, attributes) => ({
    label, keys,
    run: () => command(editor.chain().focus()).run(),
    isOn: () => editor.isActive(name, attributes),
  })
  const heading = (label, level) => toggle(
    label, `Ctrl+Alt+${level}`, (chain) => chain.toggleHeading({ level }), "heading", { level },
  )
  const step = (label, keys, command) => ({
    label, keys,
    run: () => editor.chain().focus()[command]().run(),
    isPossible: () => editor.can()[command](),
  })
  return [
    [heading("Rubrik", 2), heading("Underrubrik", 3)],
    [
      toggle("Fet", "Ctrl+B", (chain) => chain.toggleBold(), "bold"),
      toggle("Kursiv", "Ctrl+I", (chain) => chain.toggleItalic(), "italic"),
    ],
    [
      toggle("Punktlista", "Ctrl+Shift+8", (chain) => chain.toggleBulletList(), "bulletList"),
      toggle("Numrerad lista", "Ctrl+Shift+7", (chain) => chain.toggleOrderedList(), "orderedList"),
      toggle("Citat", "Ctrl+Shift+B", (chain) => chain.toggleBlockquote(), "blockquote"),
    ],
    [
      { label: "Länk", keys: "Ctrl+K", run: askForLink, isOn: () => editor.isActive("link") },
      {
        label: "Ta bort länk",
        run: () => editor.chain().focus().extendMarkRange("link").unsetLink().run(),
        isPossible: () => editor.isActive("link"),
      },
    ],
    [step("Ångra", "Ctrl+Z", "undo"), step("Gör om", "Ctrl+Y", "redo")],
  ]
}

/* A toolbar as screen readers know it: one stop for Tab, arrow keys between its buttons. */
function makeToolbar(editor, groups) {
  const buttons = []
  const toolbar = element("div", { class: "rich-text__toolbar", role: "toolbar", "aria-label": "Formatera texten" })
  for (const group of groups) {
    const box = element("div", { class: "rich-text__group" })
    for (const item of group) {
      const button = element("button", { type: "button", tabindex: buttons.length ? "-1" : "0" }, item.label)
      if (item.keys) {
        button.title = item.keys
        button.setAttribute("aria-keyshortcuts", item.keys.replace("Ctrl", "Control"))
      }
      button.addEventListener("click", () => {
        if (button.getAttribute("aria-disabled") !== "true") item.run()
      })
      buttons.push({ button, ...item })
      box.append(button)
    }
    toolbar.append(box)
  }
  toolbar.addEventListener("keydown", (event) => {
    const order = buttons.map(({ button }) => button)
    const here = order.indexOf(document.activeElement)
    const target = {
      ArrowRight: (here + 1) % order.length,
      ArrowLeft: (here + order.length - 1) % order.length,
      Home: 0,
      End: order.length - 1,
    }[event.key]
    if (target === undefined) return
    event.preventDefault()
    order[here].tabIndex = -1
    order[target].tabIndex = 0
    order[target].focus()
  })
  const refresh = () => {
    for (const { button, isOn, isPossible } of buttons) {
      if (isOn) button.setAttribute("aria-pressed", String(isOn()))
      if (isPossible) button.setAttribute("aria-disabled", String(!isPossible()))
    }
  }
  editor.on("transaction", refresh)
  refresh()
  return toolbar
}

/* The attributes by which a screen reader knows the editor as it would know the text area. */
function textboxAttributes(textarea, label) {
  const attributes = {
    id: `${textarea.id}-editor`, role: "textbox", "aria-multiline": "true", class: "rich-text__text",
  }
  if (label) {
    label.id ||= `${textarea.id}-label`
    attributes["aria-labelledby"] = label.id
  }
  for (const name of ["aria-describedby", "aria-invalid", "lang"]) {
    if (textarea.hasAttribute(name)) attributes[name] = textarea.getAttribute(name)
  }
  return attributes
}

function makeEditor(textarea, tiptap) {
  const { BulletList, ListItem, OrderedList } = tiptap
  const dialog = new LinkDialog(textarea.id)
  const label = document.querySelector(`label[for="${textarea.id}"]`)

  function askForLink() {
    const isInLink = editor.isActive("link")
    const needsText = editor.state.selection.empty && !isInLink
    dialog.open(editor.getAttributes("link").href ?? "", needsText, (href, text) => {
      const chain = editor.chain().focus()
      if (needsText) {
        chain.insertContent({ type: "text", text, marks: [{ type: "link", attrs: { href } }] }).run()
      } else {
        chain.extendMarkRange("link").setLink({ href }).run()
      }
    })
  }

  const mount = element("div")
  const editor = new tiptap.Editor({
    element: mount,
    injectCSS: false, // css/rich_text.css has it: a style element would break the content security policy
    content: textarea.value,
    extensions: [
      tiptap.Document, tiptap.Paragraph, tiptap.Text, tiptap.HardBreak, tiptap.History, tiptap.Gapcursor,
      tiptap.Bold, tiptap.Italic, tiptap.Blockquote, BulletList, OrderedList,
      tiptap.Heading.configure({ levels: [2, 3] }),
      // Tab leads on through the page, in a list too.
      ListItem.extend({
        addKeyboardShortcuts() {
          return { Enter: () => this.editor.commands.splitListItem(this.name) }
        },
      }),
      tiptap.Link.extend({
        addKeyboardShortcuts() {
          return { "Mod-k": () => { askForLink(); return true } }
        },
      }).configure({
        enableTarget: false, openOnClick: false, defaultProtocol: WEB, isAllowedUri: (address) => LINK.test(address),
      }),
    ],
    editorProps: {
      attributes: textboxAttributes(textarea, label),
      // Styles come to nothing anyway, but the content security policy would complain of each.
      transformPastedHTML: (html) => html.replace(/\sstyle\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)/gi, ""),
    },
    onUpdate() {
      textarea.value = editor.isEmpty ? "" : editor.getHTML()
      textarea.dispatchEvent(new Event("change", { bubbles: true }))
    },
  })
  const box = element("div", { class: "rich-text" }, makeToolbar(editor, toolbarGroups(editor, askForLink)), mount)
  label?.addEventListener("click", () => editor.commands.focus())
  textarea.before(box)
  textarea.hidden = true
}

for (const textarea of document.querySelectorAll("textarea[data-rich-text-editor]")) {
  makeEditor(textarea, await import(new URL(textarea.dataset.richTextEditor, document.baseURI)))
}
