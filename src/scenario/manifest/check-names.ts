/** Names that a manifest uses and no manifest explains: priority classes, storage classes, ports. */
import { type Diagnostic, errorOf, warningOf } from "../diagnostic.ts"
import { listed, meant } from "../near.ts"
import { checkAnnotations } from "./balancer-annotations.ts"
import type { Manifest } from "./document.ts"
import { labelsOf, list, record } from "./selector.ts"
import { portNumberOf, type Surroundings } from "./surroundings.ts"

type Path = ReadonlyArray<string | number>

export const checkNames = (
  manifest: Manifest,
  what: string,
  manifests: ReadonlyArray<Manifest>,
  surroundings: Surroundings
): ReadonlyArray<Diagnostic> => [
  ...checkPriority(manifest, what, surroundings),
  ...checkStorage(manifest, what, surroundings),
  ...checkPorts(manifest, what, manifests),
  ...checkAnnotations(manifest, what)
]

const checkPriority = (manifest: Manifest, what: string, { priorities }: Surroundings): ReadonlyArray<Diagnostic> => {
  const path: Path = manifest.value["kind"] === "Pod" ? ["spec"] : ["spec", "template", "spec"]
  const spec = path.reduce<unknown>((value, step) => record(value)[step], manifest.value)
  const name = record(spec)["priorityClassName"]
  if (name === undefined || name === null || record(spec)["priority"] !== undefined || priorities.has(String(name))) return []
  return [
    errorOf("D019", `${what}: unknown PriorityClass "${String(name)}"`, {
      place: manifest.placeOf([...path, "priorityClassName"]),
      underlined: String(name),
      notes: [`known: ${listed([...priorities.keys()])}`],
      help: meant(String(name), [...priorities.keys()]) ?? "read its manifest too, or say priority"
    })
  ]
}

const checkStorage = (manifest: Manifest, what: string, { storages }: Surroundings): ReadonlyArray<Diagnostic> => {
  const spec = record(manifest.value["spec"])
  const claims: ReadonlyArray<readonly [Path, unknown]> =
    manifest.value["kind"] === "PersistentVolumeClaim"
      ? [[["spec", "storageClassName"], spec["storageClassName"]]]
      : list(spec["volumeClaimTemplates"]).map(
          (claim, index) =>
            [["spec", "volumeClaimTemplates", index, "spec", "storageClassName"], record(claim["spec"])["storageClassName"]] as const
        )
  return claims.flatMap(([path, name]) =>
    name === undefined || name === null || storages.has(String(name))
      ? []
      : [
          warningOf("D023", `${what}: storage class "${String(name)}" is taken for a disk of one zone`, {
            place: manifest.placeOf(path),
            underlined: String(name),
            help: "read its StorageClass manifest too"
          })
        ]
  )
}

const checkPorts = (manifest: Manifest, what: string, manifests: ReadonlyArray<Manifest>): ReadonlyArray<Diagnostic> => {
  if (manifest.value["kind"] !== "Service") return []
  const spec = record(manifest.value["spec"])
  const namespace = String(record(manifest.value["metadata"])["namespace"] ?? "default")
  return list(spec["ports"]).flatMap(({ targetPort }, index) =>
    typeof targetPort !== "string" || portNumberOf(targetPort, namespace, labelsOf(spec["selector"]), manifests) !== undefined
      ? []
      : [
          errorOf("D019", `${what}: no container of the pods it selects has a port named "${targetPort}"`, {
            place: manifest.placeOf(["spec", "ports", index, "targetPort"]),
            underlined: targetPort,
            help: "name a container's port so, or write its number"
          })
        ]
  )
}
