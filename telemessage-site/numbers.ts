/**
 * Telephone numbers that belong to nobody: only ranges that regulators keep free for fiction.
 *
 * - United Kingdom, Ofcom "Telephone numbers for use in TV and radio drama programmes": 07700 900000 to 900999,
 *   020 7946 0000 to 0999, (01x1) 496 0000 to 0999 and the like, 01632 960000 to 960999.
 * - North America: 555-0100 to 555-0199 in every area code.
 * - Sweden, PTS: 070-174 06 05 to 99, 031-390 06 00 to 99, 040-628 04 00 to 99, 08-465 004 00 to 99.
 * - France, ARCEP decision 2018-0881: 06 39 98 00 00 to 99 99.
 */

type Range = { readonly first: number; readonly count: number }

const UK_AREAS = [113, 114, 115, 116, 117, 118, 121, 131, 141, 151, 161]

const UK: readonly Range[] = [
  { first: 447700900000, count: 800 },
  { first: 442079460000, count: 1000 },
  ...UK_AREAS.map(area => ({ first: 440004960000 + area * 10_000_000, count: 1000 })),
  { first: 441632960000, count: 1000 },
]

const SWEDEN: readonly Range[] = [
  { first: 46701740605, count: 95 },
  { first: 46846500400, count: 100 },
  { first: 46313900600, count: 100 },
  { first: 46406280400, count: 100 },
]

const FRANCE: readonly Range[] = [{ first: 33639980000, count: 10_000 }]

const AMERICAN_AREAS = [
  212, 213, 281, 305, 312, 346, 404, 415, 503, 512, 602, 617, 619, 702, 713, 720, 773, 786, 832, 901, 202,
  203, 206, 214, 216, 267, 303, 310, 313, 314, 317, 323, 347, 407, 408, 410, 412, 414, 469, 480, 501, 502,
  504, 505, 510, 513, 515, 516, 518, 520, 530, 551, 559, 561, 562, 571, 573, 585, 601, 603, 605, 608, 609,
  610, 612, 614, 615, 616, 623, 626, 630, 631, 636, 646, 650, 651, 661, 678, 682, 701, 703, 704, 706, 707,
  708, 714, 716, 717, 718, 719, 727, 732, 734, 740, 757, 760, 763, 765, 770, 801, 802, 803, 804, 805, 808,
  810, 813, 814, 815, 816,
]

const AMERICA: readonly Range[] = AMERICAN_AREAS.map(area => ({
  first: 1_000_555_0100 + area * 10_000_000,
  count: 100,
}))

/** Kept for outsiders, so that they too have mobile numbers beside a large organisation. */
const UK_OUTSIDE: readonly Range[] = [{ first: 447700900800, count: 200 }]

/** How many people the ranges have numbers for, outsiders included. */
export const PEOPLE_MAX = 10_000

/** Gives each caller the next free number of a country, and of another country when that one is used up. */
export class NumberBook {
  readonly #used = new Map<readonly Range[], number>()

  /** A number for an employee: digits, no `+`. */
  employee(country: string): string {
    const home = country === 'SE' ? SWEDEN : country === 'FR' ? FRANCE : country === 'US' ? AMERICA : UK
    return this.#first([home, UK, AMERICA, FRANCE])
  }

  /** A number for somebody outside the organisation. */
  outsider(country: string): string {
    const home =
      country === 'SE' ? SWEDEN : country === 'US' ? AMERICA : country === 'FR' ? FRANCE : UK_OUTSIDE
    return this.#first([home, UK_OUTSIDE, UK, AMERICA, FRANCE])
  }

  #first(choices: readonly (readonly Range[])[]): string {
    for (const ranges of choices) {
      let index = this.#used.get(ranges) ?? 0
      this.#used.set(ranges, index + 1)
      for (const range of ranges) {
        if (index < range.count) return String(range.first + index)
        index -= range.count
      }
    }
    throw new RangeError('the ranges reserved for fiction have no more numbers')
  }
}
