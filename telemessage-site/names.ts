/**
 * Names in the scripts of the organisation's offices, each with the letters its e-mail address is spelt in.
 * Every name is made of a common given name and a common family name; likeness to anybody is chance.
 */

export type Language = 'en' | 'sv' | 'de' | 'fr' | 'es' | 'zh' | 'ja' | 'ar' | 'hi' | 'ru' | 'ko' | 'th'

export type Office = {
  readonly city: string
  readonly country: string
  readonly language: Language
  /** How many of a hundred people work there. */
  readonly share: number
}

export const OFFICES: readonly Office[] = [
  { city: 'London', country: 'GB', language: 'en', share: 26 },
  { city: 'Gothenburg', country: 'SE', language: 'sv', share: 12 },
  { city: 'Hamburg', country: 'DE', language: 'de', share: 9 },
  { city: 'Le Havre', country: 'FR', language: 'fr', share: 8 },
  { city: 'Houston', country: 'US', language: 'en', share: 8 },
  { city: 'Valencia', country: 'ES', language: 'es', share: 7 },
  { city: 'Ningbo', country: 'CN', language: 'zh', share: 7 },
  { city: 'Yokohama', country: 'JP', language: 'ja', share: 5 },
  { city: 'Jebel Ali', country: 'AE', language: 'ar', share: 5 },
  { city: 'Kochi', country: 'IN', language: 'hi', share: 4 },
  { city: 'Aktau', country: 'KZ', language: 'ru', share: 3 },
  { city: 'Busan', country: 'KR', language: 'ko', share: 3 },
  { city: 'Laem Chabang', country: 'TH', language: 'th', share: 3 },
]

/** Written name and its Latin spelling; the same where the Latin one is left out. */
type Bank = { readonly given: readonly string[]; readonly family: readonly string[] }

/** `written=latin`, or `written` alone. */
const BANKS: Readonly<Record<Language, Bank>> = {
  en: {
    given:
      'Alice Oliver Grace Harry Priya Daniel Chloe Marcus Imogen Tom Zara Edward Ruth Callum Nadia Simon Beth Kwame Fiona Leo'.split(
        ' ',
      ),
    family:
      "Ashworth Baker Carrington Doyle Ellis Fletcher Grant Hughes Ingram Jarvis Knox Langley Mercer Nolan O'Brien=OBrien Pritchard Quinn Reeves Sutton Whitlock".split(
        ' ',
      ),
  },
  sv: {
    given:
      'Åsa=Asa Björn=Bjorn Märta=Marta Göran=Goran Linnéa=Linnea Erik Saga Håkan=Hakan Ebba Östen=Osten Maja Sören=Soren Ylva Nils'.split(
        ' ',
      ),
    family:
      'Sjöberg=Sjoberg Lindström=Lindstrom Åkesson=Akesson Öberg=Oberg Nyström=Nystrom Björk=Bjork Hedlund Ekström=Ekstrom Sandgren Wallin Löfgren=Lofgren Dahl'.split(
        ' ',
      ),
  },
  de: {
    given:
      'Jürgen=Juergen Käthe=Kaethe Sören=Soeren Anke Matthias Heike Björn=Bjoern Ulrike Günter=Guenter Lena Torsten Frauke'.split(
        ' ',
      ),
    family:
      'Müller=Mueller Schäfer=Schaefer Weiß=Weiss Köhler=Koehler Brandt Lüders=Lueders Petersen Groß=Gross Jäger=Jaeger Hansen Böhm=Boehm Vogt'.split(
        ' ',
      ),
  },
  fr: {
    given:
      'Élodie=Elodie François=Francois Chloé=Chloe Jérôme=Jerome Aurélie=Aurelie Benoît=Benoit Noémie=Noemie Thibault Hélène=Helene Loïc=Loic'.split(
        ' ',
      ),
    family:
      'Lefèvre=Lefevre Dupré=Dupre Garçon=Garcon Lemaître=Lemaitre Moreau Béranger=Beranger Fontaine Gauthier Leclerc Besançon=Besancon'.split(
        ' ',
      ),
  },
  es: {
    given:
      'Íñigo=Inigo María=Maria José=Jose Lucía=Lucia Andrés=Andres Begoña=Begona Martín=Martin Rocío=Rocio Álvaro=Alvaro Nuria'.split(
        ' ',
      ),
    family:
      'Muñoz=Munoz García=Garcia Ibáñez=Ibanez Peña=Pena Martínez=Martinez Núñez=Nunez Vidal Ferrer Cárdenas=Cardenas Ortega'.split(
        ' ',
      ),
  },
  zh: {
    given:
      '伟=Wei 芳=Fang 秀英=Xiuying 敏=Min 静=Jing 强=Qiang 磊=Lei 洋=Yang 艳=Yan 勇=Yong 军=Jun 杰=Jie'.split(
        ' ',
      ),
    family: '王=Wang 李=Li 张=Zhang 刘=Liu 陈=Chen 杨=Yang 赵=Zhao 黄=Huang 周=Zhou 吴=Wu 徐=Xu 孙=Sun'.split(
      ' ',
    ),
  },
  ja: {
    given:
      '陽菜=Hina 翔太=Shota 美咲=Misaki 健一=Kenichi 直子=Naoko 大輔=Daisuke 由美=Yumi 拓也=Takuya 彩=Aya 誠=Makoto'.split(
        ' ',
      ),
    family:
      '佐藤=Sato 鈴木=Suzuki 高橋=Takahashi 田中=Tanaka 渡辺=Watanabe 伊藤=Ito 山本=Yamamoto 中村=Nakamura 小林=Kobayashi 加藤=Kato'.split(
        ' ',
      ),
  },
  ar: {
    given:
      'فاطمة=Fatima محمد=Mohammed ليلى=Layla خالد=Khalid نورة=Noura عمر=Omar مريم=Maryam يوسف=Yousef هند=Hind سالم=Salem'.split(
        ' ',
      ),
    family:
      'المنصوري=AlMansoori حداد=Haddad الخطيب=AlKhatib النجار=AlNajjar سعيد=Saeed الهاشمي=AlHashimi ناصر=Nasser الشامسي=AlShamsi'.split(
        ' ',
      ),
  },
  hi: {
    given:
      'अनिल=Anil सुनीता=Sunita राजेश=Rajesh प्रिया=Priya विक्रम=Vikram कविता=Kavita अर्जुन=Arjun मीना=Meena संजय=Sanjay दीपा=Deepa'.split(
        ' ',
      ),
    family:
      'शर्मा=Sharma वर्मा=Verma नायर=Nair पटेल=Patel सिंह=Singh गुप्ता=Gupta मेनन=Menon जोशी=Joshi राव=Rao मिश्रा=Mishra'.split(
        ' ',
      ),
  },
  ru: {
    given:
      'Ольга=Olga Сергей=Sergey Наталья=Natalya Дмитрий=Dmitry Екатерина=Ekaterina Алексей=Alexey Ирина=Irina Павел=Pavel'.split(
        ' ',
      ),
    family:
      'Кузнецов=Kuznetsov Соколова=Sokolova Лебедев=Lebedev Козлова=Kozlova Новиков=Novikov Морозова=Morozova Волков=Volkov'.split(
        ' ',
      ),
  },
  ko: {
    given:
      '민준=Minjun 서연=Seoyeon 지훈=Jihoon 수빈=Subin 현우=Hyunwoo 지은=Jieun 도윤=Doyun 하은=Haeun'.split(
        ' ',
      ),
    family: '김=Kim 이=Lee 박=Park 최=Choi 정=Jung 강=Kang 조=Cho 윤=Yoon'.split(' '),
  },
  th: {
    given:
      'สมชาย=Somchai กมล=Kamon ศิริพร=Siriporn ณัฐพล=Nattapon วันดี=Wandee ประเสริฐ=Prasert มาลี=Malee อนันต์=Anan'.split(
        ' ',
      ),
    family: 'แสงทอง=Saengthong ใจดี=Jaidee ศรีสุข=Srisuk วงศ์ใหญ่=Wongyai บุญมา=Boonma ทองคำ=Thongkham'.split(' '),
  },
}

export type Name = {
  readonly first: string
  readonly last: string
  /** The name in letters an e-mail address can hold. */
  readonly firstLatin: string
  readonly lastLatin: string
}

/** The name of number `draw` in a language: any integer gives one, equal integers the same. */
export function nameOf(language: Language, draw: number): Name {
  const bank = BANKS[language]
  const given = bank.given[draw % bank.given.length] ?? 'Sam'
  const turn = Math.floor(draw / bank.given.length)
  const family = bank.family[(draw * 7 + turn * 3) % bank.family.length] ?? 'Doe'
  const [first = given, firstLatin = first] = given.split('=')
  const [last = family, lastLatin = last] = family.split('=')
  return { first, last, firstLatin, lastLatin }
}
