import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { foldWord, unicodeVersion, wordsOf } from './tokenizer.ts'

const CASES: [name: string, text: string, words: string][] = [
  ['punctuation splits', "Don't stop: a.b@c-d IMG_1234.jpg £5.50", 'don t stop a b c d img 1234 jpg 5 50'],
  ['a typographic apostrophe splits as a plain one does', 'don’t donʼt', 'don t don t'],
  ['accents are left out', 'Crème brûlée, naïve Ångström Łódź', 'creme brulee naive angstrom lodz'],
  ['letters made of two are two', 'Ærøskøbing œuvre þing', 'aeroskobing oeuvre thing'],
  ['German sharp s is ss, small and capital', 'Straße STRASSE STRAẞE', 'strasse strasse strasse'],
  ['the four i of Turkish are one', 'İstanbul ISPARTA ısparta izmir', 'istanbul isparta isparta izmir'],
  ['a final sigma is a sigma', 'ΟΔΟΣ οδός', 'οδοσ οδοσ'],
  ['Russian', 'Ёлка ещё', 'елка еще'],
  ['Chinese, each ideograph', '我在北京工作', '我 在 北 京 工 作'],
  ['Chinese among Latin', 'iPhone手机5G', 'iphone 手 机 5g'],
  ['Japanese, each kana and ideograph, half width too', '東京ﾃﾞｰﾀ です', '東 京 デ ー タ で す'],
  ['Korean, by its spaces', '안녕하세요 서울에서', '안녕하세요 서울에서'],
  ['Korean in single letters is the same word', '안녕'.normalize('NFD'), '안녕'],
  ['a mark after a space is of no word', '\u0963h \u0963 \u0963\u5197 \u0301a', 'h 冗 a'],
  ['Thai, each letter with its marks', 'สวัสดีครับ', 'ส วั ส ดี ค รั บ'],
  ['Khmer and Lao and Burmese', 'សួ ລາວ မြန်', 'សួ ລ າ ວ မြ န်'],
  ['Arabic without harakat and tatweel', 'مُحَمَّد العـربية أحمد', 'محمد العربية احمد'],
  ['Hebrew without niqqud', 'שָׁלוֹם', 'שלום'],
  ['Hindi keeps its vowel signs and viramas', 'नमस्ते दुनिया', 'नमस्ते दुनिया'],
  ['Tamil keeps them too', 'வணக்கம்', 'வணக்கம்'],
  ['digits of every script are digits', '٠٧٧ ०१२ ๑๒๓ 𞗱𞗲 ４５', '077 012 123 01 45'],
  ['compatibility forms are what they stand for', 'ﬁne ＦＵＬＬ x² №5', 'fine full x2 no5'],
  [
    'zero-width and direction marks do not split',
    'pass\u200Bword \u202Eabc\u202C soft\u00ADly',
    'password abc softly',
  ],
  ['emoji, one by one', 'ok👍👍🏽 😂!', 'ok 👍 👍 😂'],
  ['an emoji of several is its parts', '👩🏽‍💻 👨‍👩‍👧', '👩 💻 👨 👩 👧'],
  ['flags', '🇬🇧🇸🇪 🏴󠁧󠁢󠁥󠁮󠁧󠁿', '🇬🇧 🇸🇪 🏴󠁧󠁢󠁥󠁮󠁧󠁿'],
  ['text style and emoji style are one', '❤ ❤️ ☎︎', '❤ ❤ ☎'],
  ['signs that are emoji are no letters', 'Holdfast™ ℹ️ ‼️ ㊗', 'holdfast ™ ℹ ‼ ㊗'],
  ['keycaps', 'press1️⃣or#️⃣', 'press 1 or #⃣'],
  ['nothing to find', ' \t—… « » ', ''],
]

for (const [name, text, words] of CASES) {
  test(`words: ${name}`, () => {
    assert.deepEqual(wordsOf(text), words === '' ? [] : words.split(' '))
  })
}

test('the words of words are the same words, for every code point of Unicode', () => {
  for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++) {
    if (codePoint >= 0xd800 && codePoint <= 0xdfff) continue
    const words = wordsOf(String.fromCodePoint(codePoint))
    for (const word of words) assert.deepEqual(wordsOf(word), [word], `U+${codePoint.toString(16)}`)
  }
})

test('a letter in capitals is the same word, for every code point of Unicode', () => {
  for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++) {
    if (codePoint >= 0xd800 && codePoint <= 0xdfff) continue
    const letter = String.fromCodePoint(codePoint)
    if (letter.toUpperCase() === letter) continue
    const expected = wordsOf(letter).join(' ')
    assert.equal(wordsOf(letter.toUpperCase()).join(' '), expected, `U+${codePoint.toString(16)}`)
  }
})

test('every decimal digit of Unicode has its value', () => {
  let seen = 0
  for (let codePoint = 0x80; codePoint <= 0x10ffff; codePoint++) {
    const digit = String.fromCodePoint(codePoint)
    if (!/^\p{Nd}$/u.test(digit)) continue
    // Digits come in tens, so the ten-thousandth digit seen has the value of its rank.
    assert.equal(foldWord(digit), String(seen++ % 10), `U+${codePoint.toString(16)}`)
  }
  assert.ok(seen >= 660 && seen % 10 === 0)
})

test('no context decides: what a text contains between spaces, its words contain in a row', () => {
  const texts = fc.string({ unit: 'grapheme', maxLength: 30 })
  fc.assert(
    fc.property(texts, texts, texts, (before, query, after) => {
      const all = wordsOf(`${before} ${query} ${after}`).join(' ')
      const wanted = wordsOf(query).join(' ')
      assert.ok(` ${all} `.includes(wanted === '' ? '' : ` ${wanted} `))
    }),
    { seed: 41, numRuns: 2000 },
  )
})

test('any part of a Chinese, Japanese or Thai text is a phrase of it', () => {
  const letters = [...'我在北京工作東京データです', 'วั', 'ส', 'ดี', 'က', 'မြ']
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...letters), { maxLength: 30 }),
      fc.nat(30),
      fc.nat(30),
      (text, a, b) => {
        const part = text.slice(Math.min(a, b), Math.max(a, b))
        assert.deepEqual(wordsOf(text.join('')).slice(Math.min(a, b), Math.max(a, b)), wordsOf(part.join('')))
      },
    ),
    { seed: 42, numRuns: 500 },
  )
})

test('text in ASCII has the words that the rule for all text gives', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii', maxLength: 60 }), text => {
      // A letter beyond ASCII takes the general path; its own word is cut off again.
      assert.deepEqual(wordsOf(text), wordsOf(`${text} ж`).slice(0, -1))
    }),
    { seed: 43, numRuns: 2000 },
  )
})

test('the version of the Unicode data is known', () => {
  assert.match(unicodeVersion, /^\d+\.\d+$/)
})
