/** What a run costs and what it gives. */
export interface Offer {
  readonly cost: number
  readonly gain: number
}

/**
 * The offers that no other beats: none costs no more and gives more, or costs less and gives no less. By cost, ascending.
 * Of equal ones all are kept; those without a number are left out.
 */
export function paretoFront<Item extends Offer>(offers: readonly Item[]): Item[] {
  const sorted = offers
    .filter(({ cost, gain }) => Number.isFinite(cost) && Number.isFinite(gain))
    .toSorted((a, b) => a.cost - b.cost || b.gain - a.gain)
  const front: Item[] = []
  for (const offer of sorted) {
    const best = front.at(-1)
    const equal = best !== undefined && offer.cost === best.cost && offer.gain === best.gain
    if (!best || offer.gain > best.gain || equal) front.push(offer)
  }
  return front
}
