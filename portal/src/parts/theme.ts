/** The portal's colours: Fluent's light and dark themes on a blue-green ramp of our own. */
import { type BrandVariants, createDarkTheme, createLightTheme, type Theme } from '@fluentui/react-components'

const ramp: BrandVariants = {
  10: '#011417',
  20: '#04252b',
  30: '#06373f',
  40: '#084650',
  50: '#0a5460',
  60: '#0b6270',
  70: '#0c707f',
  80: '#0e7a89',
  90: '#238998',
  100: '#3f98a6',
  110: '#58a7b3',
  120: '#72b6c0',
  130: '#8dc5cd',
  140: '#a8d4da',
  150: '#c4e3e7',
  160: '#e1f2f4',
}

const font =
  "'Segoe UI Variable Text', 'Segoe UI', -apple-system, BlinkMacSystemFont, Inter, Roboto, 'Helvetica Neue', 'Liberation Sans', sans-serif"

export const lightTheme: Theme = { ...createLightTheme(ramp), fontFamilyBase: font }

const dark = createDarkTheme(ramp)
export const darkTheme: Theme = {
  ...dark,
  fontFamilyBase: font,
  // The ramp's middle is too dark for text on a dark ground; these reach 4.5:1.
  colorBrandForeground1: ramp[120],
  colorBrandForeground2: ramp[130],
  colorBrandForegroundLink: ramp[130],
  colorBrandForegroundLinkHover: ramp[140],
  colorBrandForegroundLinkPressed: ramp[120],
  colorBrandForegroundLinkSelected: ramp[130],
}
