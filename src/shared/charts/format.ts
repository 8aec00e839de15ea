/** Numbers as people read them: 4 significant digits for a loss, one decimal for percent, thin-space thousands, units always. */

export const THIN_SPACE = '\u2009'
/** Where there is no number. */
export const NO_VALUE = '–'

type Maybe = number | null | undefined
const missing = (value: Maybe): value is null | undefined =>
  value === null || value === undefined || Number.isNaN(value)

/** Whole numbers with thin-space thousands: 1 053 056. */
export const formatCount = (value: Maybe): string =>
  missing(value) ? NO_VALUE : String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, THIN_SPACE)

/** A share 0 … 1 as percent with one decimal and its unit: 98.0 %. */
export const formatPercent = (share: Maybe): string => (missing(share) ? NO_VALUE : `${(100 * share).toFixed(1)} %`)

/** A loss with four significant digits, never in powers of ten between 0.0001 and 10 000. */
export function formatLoss(value: Maybe): string {
  if (missing(value)) return NO_VALUE
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞'
  const size = Math.abs(value)
  if (size === 0) return '0'
  if (size < 1e-4 || size >= 1e4) return value.toExponential(3)
  return value.toPrecision(4)
}

/** Seconds as 0:42, 12:07 or 3:01:55. */
export function formatDuration(seconds: Maybe): string {
  if (missing(seconds) || !Number.isFinite(seconds)) return NO_VALUE
  const whole = Math.round(seconds)
  const two = (n: number): string => String(n).padStart(2, '0')
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`
}

/** A time that is only expected, as exact as it deserves: 40 s, 4 min, 2 h 5 min, 3 d 4 h. */
export function formatRoughly(seconds: Maybe): string {
  if (missing(seconds) || !Number.isFinite(seconds)) return NO_VALUE
  if (seconds < 55) return `${Math.max(1, Math.round(seconds / 5) * 5)} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  if (hours < 24) return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`
  return hours % 24 === 0 ? `${Math.floor(hours / 24)} d` : `${Math.floor(hours / 24)} d ${hours % 24} h`
}

/** A tick of an axis: plain, short, exact, thousands parted; a logarithmic axis labels only 1, 2 and 5 times a power of ten. */
export function formatTick(value: number): string {
  if (value !== 0 && Math.abs(value) < 1e-4) return value.toExponential(0)
  return Math.abs(value) >= 10_000 ? formatCount(value) : String(Number(value.toPrecision(6)))
}

/** Bytes with a binary unit and one decimal: 261.3 MiB. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  const step = bytes < 1024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10))
  return step === 0 ? `${bytes} B` : `${(bytes / 1024 ** step).toFixed(1)} ${units[step]}`
}
