/**
 * Passwords of twelve characters and more that lists of leaked passwords have near their top (shorter ones are refused
 * by their length), and the ones that people make of the product's name. Compared without case, digits at the end and
 * marks, so that one line stands for many.
 */
const STEMS = new Set([
  'password',
  'passwordpassword',
  'passw0rd',
  'p@ssword',
  'p@ssw0rd',
  'mypassword',
  'newpassword',
  'changeme',
  'changemenow',
  'letmein',
  'letmeinnow',
  'welcome',
  'welcomeback',
  'administrator',
  'admin',
  'adminadmin',
  'adminadminadmin',
  'qwerty',
  'qwertyuiop',
  'qwertyqwerty',
  'qwertyasdfgh',
  'qwertyasdfzxcv',
  'asdfghjkl',
  'asdfasdfasdf',
  'zxcvbnm',
  'qazwsxedc',
  'qazwsxedcrfv',
  'iloveyou',
  'iloveyouforever',
  'iloveyousomuch',
  'monkeymonkey',
  'dragondragon',
  'sunshine',
  'princess',
  'football',
  'baseball',
  'superman',
  'batmanbatman',
  'trustno',
  'starwars',
  'whatever',
  'whateverwhatever',
  'computer',
  'internet',
  'samsung',
  'master',
  'mastermaster',
  'michaeljackson',
  'manchesterunited',
  'liverpoolfc',
  'correcthorsebatterystaple',
  'summer',
  'winter',
  'spring',
  'autumn',
  'sommar',
  'vinter',
  'losenord',
  'lösenord',
  'hejhejhej',
  'holdfast',
  'holdfastholdfast',
  'holdfastadmin',
  'holdfastpassword',
  'compliance',
  'telemessage',
  'microsoft',
  'test',
  'testtest',
  'testtesttest',
  'secret',
  'secretsecret',
  'supersecret',
])

const RUNS =
  '0123456789012345678901234567890 abcdefghijklmnopqrstuvwxyz qwertyuiopasdfghjklzxcvbnm 1qaz2wsx3edc4rfv5tgb'

/** True for a password that many people have, or that is one character, one short piece or one run of keys repeated. */
export function isCommon(password: string): boolean {
  const low = password.toLowerCase()
  const stem = low.replace(/[^\p{L}]+$/u, '').replace(/^[^\p{L}]+/u, '')
  if (STEMS.has(low) || STEMS.has(stem) || STEMS.has(low.replace(/[\s._!?*#-]+/g, ''))) return true
  if (/^(.{1,4})\1+.{0,3}$/u.test(low)) return true
  const plain = low.replace(/[^\p{L}\p{N}]/gu, '')
  return plain.length >= 8 && (RUNS.includes(plain) || RUNS.includes([...plain].reverse().join('')))
}
