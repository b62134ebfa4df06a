/**
 * What a node takes of a subnet for its pods, where pods have addresses of the network that no agent fetches one by one: as many as it
 * may have pods, or whole blocks of sixteen, at its creation; or batches, ahead of need.
 * Source: AKS docs, Azure CNI (node subnet), pod subnet with dynamic and with static block allocation.
 */
import { blockSize } from "./subnet-book.ts"
import type { HoldingTerms } from "./terms.ts"

/** At its creation. Of blocks the first address is the node's own. */
export const needOfHolding = ({ by }: HoldingTerms, maxPods: number): { readonly addresses: number; readonly blocks: number } => {
  switch (by) {
    case "addresses":
      return { addresses: maxPods, blocks: 0 }
    case "blocks":
      return { addresses: 0, blocks: Math.ceil((maxPods + 1) / blockSize) }
    case "batches":
      return { addresses: Math.min(batchSize, maxPods), blocks: 0 }
  }
}

/** Source: Azure/azure-container-networking cns/ipampool, batch size. */
export const batchSize = 16

/** How a pod subnet is drawn on by one node: in batches, ahead of need by a share of a batch given in per cent. */
export interface Scaler {
  readonly batch: number
  readonly bufferPerCent: number
  readonly max: number
}

/** Addresses that a node asks for, for so many pods. Source: azure-container-networking cns/ipampool, scaler. */
export const dynamicTarget = (demand: number, { batch, bufferPerCent, max }: Scaler): number =>
  Math.min(max, batch * Math.ceil((bufferPerCent * batch + 100 * demand) / (100 * batch)))
