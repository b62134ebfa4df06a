/**
 * Whether Fargate profiles can do what they are for: private subnets and groups that exist, selectors that match somebody, and pods that
 * Fargate runs: no host network, no disks, no size beyond its largest, no pin to a node.
 * Source: Amazon EKS user guide, Define which Pods use AWS Fargate; AWS Fargate considerations.
 */
import { fargateSizes } from "../model/cloud/aws/fargate.ts"
import { profileFor, profileOfWorkload, selects, unsupportedBy } from "../model/kube/fargate-profile.ts"
import { selectorMatches } from "../model/kube/labels.ts"
import type { FargateProfileSpec, WorkloadSpec } from "../model/kube/spec.ts"
import { type Diagnostic, errorOf, warningOf } from "./diagnostic.ts"
import { doubled, unknownName } from "./names.ts"
import { listed } from "./near.ts"
import type { Place, Places, Plan } from "./plan.ts"
import { publicSubnetsOf } from "./public-subnets.ts"

export const checkFargate = (plan: Plan, places: Places): ReadonlyArray<Diagnostic> => {
  const { cluster, topology } = plan
  const profiles = cluster.fargateProfiles ?? []
  const [first] = profiles
  if (first === undefined) return []
  const placeOf = (name: string): Place | undefined => places[`fargateprofile/${name}`] ?? places.cluster
  if (topology._tag !== "AwsTopology")
    return [
      errorOf("D008", `fargateProfile ${first.name}: only a cluster at EKS has Fargate`, {
        place: placeOf(first.name),
        underlined: "fargateProfile",
        help: "describe the cluster with eksCluster in a network of eksctlVpc or awsVpc"
      })
    ]
  const groups = [...new Set([...cluster.nodes.map(({ nodeGroup }) => nodeGroup), ...(cluster.nodeGroups ?? []).map(({ name }) => name)])]
  return [
    ...doubled(
      "Fargate profile",
      profiles.map(({ name }) => name),
      placeOf
    ),
    ...profiles.flatMap(({ name }) => (groups.includes(name) ? [sharedName(name, placeOf(name))] : [])),
    ...profiles.flatMap((profile) => [
      ...placeMistakes(profile, plan, placeOf(profile.name)),
      ...matchNotes(profile, plan, placeOf(profile.name))
    ]),
    ...cluster.workloads.flatMap((workload) => workloadMistakes(workload, plan, places)),
    ...unguarded(plan, places)
  ]
}

/** The agent that enforces network policies runs on EC2 nodes alone. Source: Amazon EKS user guide, Limit Pod traffic with Kubernetes network policies. */
const unguarded = ({ cluster }: Plan, places: Places): ReadonlyArray<Diagnostic> =>
  (cluster.policies ?? []).flatMap(({ name, namespace, selector }) => {
    const own = cluster.workloads.filter(
      (workload) =>
        workload.namespace === namespace &&
        selectorMatches(workload.template.labels, selector) &&
        profileOfWorkload(cluster.fargateProfiles, workload) !== undefined
    )
    return own.length === 0
      ? []
      : [
          warningOf("D021", `NetworkPolicy ${name} guards no pod on Fargate`, {
            place: places[`policy/${namespace}/${name}`],
            notes: [`it selects ${listed(own.map((workload) => workload.name))}, and EKS enforces policies on its nodes alone`],
            help: "give the profile security groups of its own"
          })
        ]
  })

/** A node tells by one name whose it is. */
const sharedName = (name: string, place: Place | undefined): Diagnostic =>
  errorOf("D014", `a node group and a Fargate profile are both called "${name}"`, {
    place,
    underlined: `"${name}"`,
    notes: ["EKS allows that; results here name both alike"],
    help: "rename one of them"
  })

const placeMistakes = ({ name, subnets, groups }: FargateProfileSpec, { topology }: Plan, place: Place | undefined) => {
  if (topology._tag !== "AwsTopology") return []
  const what = `fargateProfile ${name}`
  const known = topology.subnets.map(({ id }) => id)
  const open = publicSubnetsOf(topology)
  const closed = known.filter((id) => !open.has(id))
  const securityGroups = topology.securityGroups.map(({ id }) => id)
  return [
    ...subnets.flatMap((subnet): ReadonlyArray<Diagnostic> => {
      if (!known.includes(subnet)) return [unknownName(what, "subnet", subnet, known, place)]
      return open.has(subnet)
        ? [
            errorOf("D017", `${what}: subnet ${subnet} is public`, {
              place,
              underlined: subnet,
              notes: ["Fargate takes subnets whose route table leads to no internet gateway"],
              help: closed.length === 0 ? "add a private subnet" : `take private ones: ${listed(closed)}`
            })
          ]
        : []
    }),
    ...groups.flatMap((group) =>
      securityGroups.includes(group) ? [] : [unknownName(what, "security group", group, securityGroups, place)]
    )
  ]
}

/** One that nobody matches, or whose matches are all another profile's. */
const matchNotes = ({ name, selectors }: FargateProfileSpec, { cluster }: Plan, place: Place | undefined): ReadonlyArray<Diagnostic> => {
  const isFor = (workload: WorkloadSpec): boolean => profileOfWorkload(cluster.fargateProfiles, workload)?.name === name
  if (cluster.workloads.some(isFor)) return []
  const matching = cluster.workloads.filter(
    ({ kind, namespace, template }) => kind !== "DaemonSet" && selectors.some((selector) => selects(selector, namespace, template.labels))
  )
  const others = [...new Set(matching.flatMap((workload) => profileOfWorkload(cluster.fargateProfiles, workload)?.name ?? []))]
  return [
    warningOf("D021", `fargateProfile ${name} matches no workload`, {
      place,
      underlined: "selectors",
      notes: [
        others.length > 0
          ? `what it selects is taken by ${listed(others)}, which sorts before it`
          : `namespaces of this scenario: ${listed([...new Set(cluster.workloads.map(({ namespace }) => namespace))])}`
      ],
      help: "make the selectors and the workloads' namespace and labels agree"
    })
  ]
}

/** EKS's own agents keep to the nodes by themselves. Source: their manifests, affinity to compute-type NotIn fargate. */
const isOwnAgent = ({ namespace, name }: WorkloadSpec): boolean => namespace === "kube-system" && ["aws-node", "kube-proxy"].includes(name)

const workloadMistakes = (workload: WorkloadSpec, { cluster }: Plan, places: Places): ReadonlyArray<Diagnostic> => {
  const { kind, name, namespace, template, pins } = workload
  const place = places[`workload/${namespace}/${name}`]
  const profile = profileFor(cluster.fargateProfiles, namespace, template.labels)
  if (profile === undefined) return []
  const what = `${kind} ${name}`
  const way = `keep it out of profile ${profile.name}: another namespace, or a label in the profile's selector`
  if (kind === "DaemonSet")
    return isOwnAgent(workload)
      ? []
      : [
          warningOf("D021", `${what}: Fargate runs no DaemonSet, its pods stand on nodes alone`, {
            place,
            notes: [`profile ${profile.name} matches it`],
            help: "add it as a sidecar to the pods that Fargate runs"
          })
        ]
  const unsupported = unsupportedBy(template, cluster.volumes)
  const underlined = template.hostNetwork ? "hostNetwork" : template.privileged === true ? "privileged" : "volume"
  const pinned = pins.find(({ node }) => node !== undefined)
  return [
    ...(unsupported === undefined
      ? []
      : [
          errorOf("D022", `${what}: Fargate cannot run its pods`, {
            place,
            underlined,
            notes: [unsupported, `profile ${profile.name} matches it`],
            help: underlined === "volume" ? `${way}; or mount a volume over the network (attaches: false)` : way
          })
        ]),
    ...sizeMistakes(workload, what, profile.name, place),
    ...(pinned === undefined
      ? []
      : [
          errorOf("D017", `${what}: pod "${pinned.name}" cannot be as it is pinned`, {
            place,
            underlined: pinned.name,
            notes: [`profile ${profile.name} gives it a node of its own`],
            help: "pin its name alone"
          })
        ])
  ]
}

const sizeMistakes = ({ template: { requests } }: WorkloadSpec, what: string, profile: string, place: Place | undefined) => {
  const [milliCpu, memoryMiB] = [requests?.milliCpu ?? 0, requests?.memoryMiB ?? 0]
  const extended = Object.keys(requests?.extended ?? {})
  const holds = fargateSizes.some((size) => milliCpu <= size.allocatableMilliCpu && memoryMiB <= size.allocatableMiB)
  const largest = fargateSizes.at(-1)
  if (holds && extended.length === 0) return []
  return [
    errorOf(
      "D009",
      `${what}: no Fargate size holds a pod of ${milliCpu}m CPU and ${memoryMiB} MiB${extended.map((each) => `, ${each}`).join("")}`,
      {
        place,
        underlined: "requests",
        notes: [
          extended.length > 0
            ? "Fargate has no extended resources"
            : `the largest leaves ${largest?.allocatableMilliCpu ?? 0}m and ${largest?.allocatableMiB ?? 0} MiB to a pod`,
          `profile ${profile} matches it`
        ],
        help: "request less, or keep it out of the profile"
      }
    )
  ]
}
