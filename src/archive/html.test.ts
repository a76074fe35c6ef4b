import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { inertHtml } from './html.ts'
import { mayShow, shownAs, shownType } from './media.ts'

const PNG = 'data:image/png;base64,iVBORw0KGgo='
const inert = (html: string) => inertHtml(html, new Map([['pic@x', PNG]]), { remote: 'not loaded' })

/** Whatever is left that could act: a tag beyond the plain ones, an address, a handler. */
function isInert(html: string): boolean {
  const tags = html.match(/<[^>]*>/g) ?? []
  return tags.every(
    tag =>
      /^<\/?(a|abbr|b|bdi|bdo|big|blockquote|br|caption|center|cite|code|col|colgroup|dd|del|dfn|div|dl|dt|em|figcaption|figure|font|h[1-6]|hr|i|img|ins|kbd|li|mark|ol|p|pre|q|rp|rt|ruby|s|samp|small|span|strike|strong|sub|sup|table|tbody|td|tfoot|th|thead|tr|tt|u|ul|var|wbr)(\s[^>]*)?>$/.test(
        tag,
      ) &&
      !/\s(on\w+|href|srcset|action|formaction|background|poster|ping|id|class="(?!remote))\s*=/i.test(
        tag.replace(/="[^"]*"/g, '=""'),
      ) &&
      !/style="[^"]*(url|image-set|expression|@|\\)/i.test(tag) &&
      (!tag.startsWith('<img') || tag.includes(`src="${PNG}"`)),
  )
}

const HOSTILE: readonly (readonly [string, RegExp | string])[] = [
  ['<p>a<script>fetch("https://evil.example")</script>b</p>', '<p>ab</p>'],
  ['<SCRIPT SRC=//evil.example/x.js></SCRIPT>x', 'x'],
  ['<script>if (a<b) x="</p><img src=x>"</script>after', 'after'],
  ['<img src="https://evil.example/x.png" alt="logo">', /^<span class="remote">not loaded: logo<\/span>$/],
  ['<img src=cid:pic@x onerror=alert(1)>', `<img src="${PNG}" alt="">`],
  ['<img srcset="https://evil.example/a 2x">', /not loaded/],
  ['<div style="background:url(https://evil.example)">x</div>', '<div>x</div>'],
  [
    '<div style="background-color: u\\72l(https://evil.example); color: red">x</div>',
    '<div style="color: red">x</div>',
  ],
  ['<style>@import "https://evil.example"</style>x', 'x'],
  ['<meta http-equiv=refresh content="0;url=https://evil.example">x', 'x'],
  ['<svg onload=alert(1)><a xlink:href="javascript:alert(1)">y</a></svg>x', 'x'],
  ['<form action="https://evil.example"><input name=a><button>go</button></form>x', 'gox'],
  ['<a href="java&#115;cript:alert(1)">x</a>', '<a title="javascript:alert(1)">x</a>'],
  ['<a href="https://a.example" ping="https://evil.example">x</a>', '<a title="https://a.example">x</a>'],
  ['<iframe src="https://evil.example"></iframe><object data=x><embed src=y></object>x', 'x'],
  ['<link rel="dns-prefetch" href="//evil.example"><base href="//evil.example">x', 'x'],
  ['<body background="https://evil.example/x" onload=alert(1)>x', 'x'],
  [
    '<p title="&quot;onmouseover=alert(1) x=&quot;">x</p>',
    '<p title="&quot;onmouseover=alert(1) x=&quot;">x</p>',
  ],
  [
    '<table background=https://evil.example width=10><tr><td>x',
    '<table width="10"><tr><td>x</td></tr></table>',
  ],
  ['<!--[if gte mso 9]><img src=x><![endif]-->x', 'x'],
  ['<noscript><p title="</noscript><img src=x onerror=alert(1)>">', /^[^<]*<span class="remote">/],
  ['1 < 2 <3 & 4 <', '1 &lt; 2 &lt;3 & 4 &lt;'],
  ['<video src=//evil.example autoplay><source src=x></video>x', 'x'],
  ['<b>bold<i>both</b>after', '<b>bold<i>both</i></b>after'],
]

for (const [html, expected] of HOSTILE)
  test(`is inert: ${html.slice(0, 60)}`, () => {
    const result = inert(html)
    if (typeof expected === 'string') assert.equal(result, expected)
    else assert.match(result, expected)
    assert.ok(isInert(result), result)
  })

test('whatever the bytes, nothing but plain elements comes out, and soon', () => {
  const piece = fc.constantFrom(
    ...'< > / = " \' <script <img src= onerror= style= url( cid:pic@x javascript: <!-- --> <svg <style </script> </ & &#60; &lt; a b x'.split(
      ' ',
    ),
    '<a href=',
    ' ',
    '\u0000',
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), pieces => isInert(inert(pieces.join('')))),
    { numRuns: 3000 },
  )
  const start = process.hrtime.bigint()
  for (const unit of ['<', '<a ', '<a b="', '<!--', '<div style="color:rgb(', "<p a='", '&#'])
    inert(unit.repeat(200_000))
  assert.ok(process.hrtime.bigint() - start < 10_000_000_000n)
})

test('names that every object has are no attributes and no media types', () => {
  for (const name of ['constructor', 'toString', 'hasOwnProperty', '__proto__', 'valueOf'])
    for (const html of [
      `<p ${name}=x>dunlin</p>`,
      `<${name}>dunlin</${name}>`,
      `<p style="${name}: x">dunlin</p>`,
    ]) {
      assert.match(inertHtml(html, new Map(), { remote: '' }), /dunlin/)
      assert.equal(shownType(name, `a.${name}`), name)
      assert.equal(shownAs(name), 'file')
      assert.equal(mayShow(name), false)
    }
})
