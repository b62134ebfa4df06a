/** What other manifests, or Kubernetes itself, say about names that a manifest uses: priority classes, storage classes, ports by name. */
import type { Manifest } from "./document.ts"
import { list, record } from "./selector.ts"

export interface Storage {
  /** Its volumes are of one zone. */
  readonly zonal: boolean
  /** Its volumes are attached to a node; others are mounted over the network. */
  readonly attaches: boolean
}

export interface Priority {
  readonly value: number
  readonly preempts: boolean
}

export interface Surroundings {
  readonly priorities: ReadonlyMap<string, Priority>
  /** For pods that name no class. */
  readonly usualPriority: Priority | undefined
  readonly storages: ReadonlyMap<string, Storage>
}

/** Classes that every cluster has. Source: kubernetes.io, guaranteed scheduling for critical add-on pods. */
const systemPriorities: ReadonlyArray<readonly [string, Priority]> = [
  ["system-node-critical", { value: 2_000_001_000, preempts: true }],
  ["system-cluster-critical", { value: 2_000_000_000, preempts: true }]
]

const zonalDisk: Storage = { zonal: true, attaches: true }
const anyZoneDisk: Storage = { zonal: false, attaches: true }
const fileShare: Storage = { zonal: false, attaches: false }

/** Classes that managed clusters come with. Source: EKS, AKS and GKE documents on their storage classes. */
const usualStorages: ReadonlyArray<readonly [string, Storage]> = [
  ...[
    "gp2",
    "gp3",
    "standard",
    "default",
    "managed",
    "managed-csi",
    "managed-premium",
    "managed-csi-premium",
    "standard-rwo",
    "premium-rwo"
  ].map((name) => [name, zonalDisk] as const),
  ...[
    "efs",
    "efs-sc",
    "azurefile",
    "azurefile-csi",
    "azurefile-premium",
    "azurefile-csi-premium",
    "standard-rwx",
    "premium-rwx",
    "nfs"
  ].map((name) => [name, fileShare] as const)
]

/** By provisioner. Source: the CSI drivers' documents. */
const provisioners: Readonly<Record<string, Storage>> = {
  "ebs.csi.aws.com": zonalDisk,
  "kubernetes.io/aws-ebs": zonalDisk,
  "ebs.csi.eks.amazonaws.com": zonalDisk,
  "efs.csi.aws.com": fileShare,
  "disk.csi.azure.com": zonalDisk,
  "kubernetes.io/azure-disk": zonalDisk,
  "file.csi.azure.com": fileShare,
  "kubernetes.io/azure-file": fileShare,
  "pd.csi.storage.gke.io": zonalDisk,
  "kubernetes.io/gce-pd": zonalDisk,
  "filestore.csi.storage.gke.io": fileShare
}

/** Replicated over zones: GCP's `replication-type: regional-pd`, Azure's `skuName: …_ZRS`. */
const storageOf = (manifest: Manifest): Storage | undefined => {
  const parameters = record(manifest.value["parameters"])
  const sku = String(parameters["skuName"] ?? parameters["skuname"] ?? "")
  const known = provisioners[String(manifest.value["provisioner"])]
  if (known === zonalDisk && (parameters["replication-type"] === "regional-pd" || sku.endsWith("_ZRS"))) return anyZoneDisk
  return known
}

const nameOf = (manifest: Manifest): string => String(record(manifest.value["metadata"])["name"] ?? "")

export const surroundingsOf = (manifests: ReadonlyArray<Manifest>): Surroundings => {
  const ofKind = (kind: string): ReadonlyArray<Manifest> => manifests.filter(({ value }) => value["kind"] === kind)
  const priorities = new Map(systemPriorities)
  let usualPriority: Priority | undefined
  for (const manifest of ofKind("PriorityClass")) {
    const priority = { value: Number(manifest.value["value"] ?? 0), preempts: manifest.value["preemptionPolicy"] !== "Never" }
    priorities.set(nameOf(manifest), priority)
    if (manifest.value["globalDefault"] === true) usualPriority = priority
  }
  const storages = new Map(usualStorages)
  for (const manifest of ofKind("StorageClass")) {
    const storage = storageOf(manifest)
    if (storage !== undefined) storages.set(nameOf(manifest), storage)
  }
  return { priorities, usualPriority, storages }
}

/** The number behind a port's name on the pods that a Service selects; `undefined` when no manifest names it. */
export const portNumberOf = (
  name: string,
  namespace: string,
  selector: Readonly<Record<string, string>>,
  manifests: ReadonlyArray<Manifest>
): number | undefined => {
  for (const { value } of manifests) {
    const template = value["kind"] === "Pod" ? value : record(record(value["spec"])["template"])
    const metadata = record(template["metadata"])
    const labels = record(metadata["labels"])
    if (String(record(value["metadata"])["namespace"] ?? "default") !== namespace) continue
    if (!Object.entries(selector).every(([key, each]) => String(labels[key]) === each)) continue
    const ports = list(record(template["spec"])["containers"]).flatMap((container) => list(container["ports"]))
    const named = ports.find((port) => port["name"] === name)
    if (typeof named?.["containerPort"] === "number") return named["containerPort"]
  }
  return undefined
}
