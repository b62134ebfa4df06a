/**
 * Images that nodes have, and how much they draw a pod there: a node scores by the size of the pod's images that it has, each counted
 * by the share of nodes that have it too, so that one node with a rare image does not draw every pod. Only templates that name
 * images count. A node has what it ran once.
 * Not modelled: the kubelet's collection of unused images, its limit of 50 in a node's status.
 * Source: kubernetes pkg/scheduler/framework/plugins/imagelocality/image_locality.go, 1.20; unchanged since but for init containers.
 */
import type { View } from "../value/view.ts"
import { type Cluster, type NodeState, type PodState, templateOfPod } from "./state.ts"
import type { PodTemplate } from "./template.ts"
import type { KubeWorld } from "./world.ts"

const mebibyte = 1_048_576
/** Less than this draws nobody; more than the other, a container, draws no more. Source: image_locality.go, 23 MB and 1000 MB. */
const [leastBytes, mostBytesPerContainer] = [23 * mebibyte, 1_000 * mebibyte]
const full = 100

/** A container of this pod started: its node has the images. */
export const noteImages = (cluster: Cluster, pod: PodState): void => {
  const images = templateOfPod(cluster, pod)?.images
  const node = cluster.nodes.get(pod.node ?? "")
  if (images === undefined || node === undefined) return
  node.images ??= new Set()
  for (const { name } of images) {
    if (node.images.has(name)) continue
    node.images.add(name)
    cluster.imageNodes.set(name, (cluster.imageNodes.get(name) ?? 0) + 1)
  }
}

export const dropImages = (cluster: Cluster, node: NodeState): void => {
  for (const name of node.images ?? []) cluster.imageNodes.set(name, (cluster.imageNodes.get(name) ?? 1) - 1)
}

/** 0 to 100 in the order of `nodes`; `undefined` when the template names no image. */
export const imageScores = (
  world: KubeWorld,
  template: View<PodTemplate>,
  nodes: ReadonlyArray<View<NodeState>>
): ReadonlyArray<number> | undefined => {
  const { images } = template
  if (images === undefined || images.length === 0) return undefined
  const standing = [...world.cluster.zones.values()].reduce((sum, zone) => sum + zone.nodes.size, 0)
  const worth = images.map(({ name, sizeMiB }) => ({
    name,
    bytes: Math.floor((sizeMiB * mebibyte * (world.cluster.imageNodes.get(name) ?? 0)) / Math.max(1, standing))
  }))
  const mostBytes = mostBytesPerContainer * images.length
  return nodes.map((node) => {
    const bytes = worth.reduce((sum, each) => sum + (node.images?.has(each.name) ? each.bytes : 0), 0)
    const bounded = Math.min(Math.max(bytes, leastBytes), mostBytes)
    return Math.floor((full * (bounded - leastBytes)) / (mostBytes - leastBytes))
  })
}
