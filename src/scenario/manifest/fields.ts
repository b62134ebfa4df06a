/**
 * Which fields of which kinds are understood, and which are known: `inert` ones change nothing in the model, `unmodelled` ones would
 * change something in a cluster. A field that is none of these is a mistake: a typo, or something newer than this page.
 * Source: the Kubernetes API reference, v1.31.
 */
export type Fields = Leaf | ReadonlyArray<string> | { readonly [field: string]: Fields }

/** What a value must be; a list of texts stands for one of them. `use`: its maker looks closer. */
export type Leaf =
  | "use"
  | "inert"
  | "unmodelled"
  | "count"
  | "number"
  | "text"
  | "texts"
  | "flag"
  | "amount"
  | "port"
  | "labels"
  | "quantities"

const operators = ["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"]
const effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"]
const requirement: Fields = { key: "text", operator: operators, values: "texts" }

const selector: Fields = { matchLabels: "labels", matchExpressions: requirement }
const metadata: Fields = {
  name: "text",
  namespace: "text",
  labels: "labels",
  annotations: "inert",
  generateName: "inert",
  creationTimestamp: "inert",
  finalizers: "inert",
  ownerReferences: "inert"
}
/** Of Services and Ingresses, annotations say what their balancer is like. */
const exposedMetadata: Fields = { ...metadata, annotations: "labels" }
const backend: Fields = { service: { name: "text", port: { number: "count", name: "text" } }, resource: "unmodelled" }
const probe: Fields = {
  httpGet: { path: "text", port: "port", scheme: "inert", host: "inert", httpHeaders: "inert" },
  tcpSocket: { port: "port", host: "inert" },
  exec: { command: "inert" },
  grpc: { port: "port", service: "inert" },
  initialDelaySeconds: "count",
  periodSeconds: "count",
  failureThreshold: "count",
  timeoutSeconds: "inert",
  successThreshold: "unmodelled",
  terminationGracePeriodSeconds: "unmodelled"
}
const protocols = ["TCP", "UDP", "SCTP"]
const container: Fields = {
  name: "inert",
  image: "inert",
  imagePullPolicy: "inert",
  command: "inert",
  args: "inert",
  workingDir: "inert",
  env: "inert",
  envFrom: "inert",
  ports: { containerPort: "count", protocol: protocols, name: "text", hostPort: "unmodelled", hostIP: "inert" },
  resources: { requests: "quantities", limits: "inert", claims: "unmodelled" },
  readinessProbe: probe,
  livenessProbe: probe,
  startupProbe: probe,
  lifecycle: "unmodelled",
  securityContext: {
    privileged: "flag",
    allowPrivilegeEscalation: "inert",
    appArmorProfile: "inert",
    capabilities: "inert",
    procMount: "inert",
    readOnlyRootFilesystem: "inert",
    runAsGroup: "inert",
    runAsNonRoot: "inert",
    runAsUser: "inert",
    seLinuxOptions: "inert",
    seccompProfile: "inert",
    windowsOptions: "inert"
  },
  volumeMounts: "inert",
  volumeDevices: "inert",
  stdin: "inert",
  stdinOnce: "inert",
  tty: "inert",
  terminationMessagePath: "inert",
  terminationMessagePolicy: "inert",
  restartPolicy: "inert"
}
const podTerm: Fields = {
  labelSelector: selector,
  topologyKey: "text",
  namespaces: "texts",
  namespaceSelector: "unmodelled",
  matchLabelKeys: "unmodelled"
}
const podSpec: Fields = {
  containers: container,
  initContainers: "unmodelled",
  volumes: "use",
  nodeSelector: "labels",
  nodeName: "unmodelled",
  hostNetwork: "flag",
  tolerations: { key: "text", operator: ["Exists", "Equal"], value: "text", effect: effects, tolerationSeconds: "count" },
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: { matchExpressions: requirement, matchFields: "unmodelled" } },
      preferredDuringSchedulingIgnoredDuringExecution: {
        weight: "count",
        preference: { matchExpressions: requirement, matchFields: "unmodelled" }
      }
    },
    podAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: podTerm,
      preferredDuringSchedulingIgnoredDuringExecution: { weight: "count", podAffinityTerm: podTerm }
    },
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: podTerm,
      preferredDuringSchedulingIgnoredDuringExecution: { weight: "count", podAffinityTerm: podTerm }
    }
  },
  topologySpreadConstraints: {
    maxSkew: "count",
    topologyKey: "text",
    whenUnsatisfiable: ["DoNotSchedule", "ScheduleAnyway"],
    labelSelector: selector,
    minDomains: "count",
    nodeAffinityPolicy: ["Honor", "Ignore"],
    nodeTaintsPolicy: ["Honor", "Ignore"],
    matchLabelKeys: "unmodelled"
  },
  priorityClassName: "text",
  priority: "number",
  preemptionPolicy: ["PreemptLowerPriority", "Never"],
  terminationGracePeriodSeconds: "count",
  restartPolicy: "inert",
  serviceAccountName: "inert",
  serviceAccount: "inert",
  automountServiceAccountToken: "inert",
  imagePullSecrets: "inert",
  securityContext: "inert",
  dnsPolicy: "unmodelled",
  dnsConfig: "unmodelled",
  enableServiceLinks: "inert",
  hostname: "inert",
  subdomain: "inert",
  hostAliases: "unmodelled",
  hostPID: "inert",
  hostIPC: "inert",
  schedulerName: "unmodelled",
  runtimeClassName: "inert",
  shareProcessNamespace: "inert",
  activeDeadlineSeconds: "unmodelled",
  readinessGates: "unmodelled",
  os: "inert"
}
const template: Fields = { metadata, spec: podSpec }
const policyPeer: Fields = { podSelector: selector, namespaceSelector: selector, ipBlock: { cidr: "text", except: "texts" } }
const policyPort: Fields = { protocol: protocols, port: "port", endPort: "count" }
const claimSpec: Fields = {
  accessModes: "inert",
  storageClassName: "text",
  resources: "inert",
  volumeMode: "inert",
  volumeName: "inert",
  selector: "inert",
  dataSource: "inert"
}

const updateTypes = ["RollingUpdate", "OnDelete"] as const
const top = { apiVersion: "text", kind: "text", metadata, status: "inert" } as const

/** By kind. Kinds with `inert` alone are read past: they change nothing in the model. */
export const kinds: Readonly<Record<string, Fields>> = {
  Deployment: {
    ...top,
    spec: {
      replicas: "count",
      selector,
      template,
      strategy: { type: ["RollingUpdate", "Recreate"], rollingUpdate: { maxSurge: "amount", maxUnavailable: "amount" } },
      progressDeadlineSeconds: "count",
      minReadySeconds: "count",
      revisionHistoryLimit: "inert",
      paused: "unmodelled"
    }
  },
  StatefulSet: {
    ...top,
    spec: {
      replicas: "count",
      selector,
      template,
      serviceName: "inert",
      podManagementPolicy: ["OrderedReady", "Parallel"],
      updateStrategy: { type: updateTypes, rollingUpdate: { partition: "count", maxUnavailable: "unmodelled" } },
      revisionHistoryLimit: "inert",
      minReadySeconds: "inert",
      persistentVolumeClaimRetentionPolicy: "inert",
      volumeClaimTemplates: { apiVersion: "inert", kind: "inert", metadata, spec: claimSpec, status: "inert" }
    }
  },
  DaemonSet: {
    ...top,
    spec: {
      selector,
      template,
      updateStrategy: { type: updateTypes, rollingUpdate: { maxUnavailable: "amount", maxSurge: "unmodelled" } },
      revisionHistoryLimit: "inert",
      minReadySeconds: "inert"
    }
  },
  Job: {
    ...top,
    spec: {
      completions: "count",
      parallelism: "count",
      template,
      selector: "inert",
      backoffLimit: "count",
      activeDeadlineSeconds: "unmodelled",
      ttlSecondsAfterFinished: "inert",
      completionMode: "inert",
      suspend: "unmodelled"
    }
  },
  Pod: { ...top, spec: podSpec },
  Service: {
    ...top,
    metadata: exposedMetadata,
    spec: {
      type: ["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"],
      selector: "labels",
      clusterIP: "text",
      clusterIPs: "inert",
      ports: { name: "text", port: "count", targetPort: "port", nodePort: "count", protocol: protocols, appProtocol: "inert" },
      internalTrafficPolicy: ["Cluster", "Local"],
      externalTrafficPolicy: ["Cluster", "Local"],
      trafficDistribution: ["PreferClose", "PreferSameZone"],
      sessionAffinity: ["None", "ClientIP"],
      // Each call renews it and our clients never fall silent, so that its time never runs out.
      sessionAffinityConfig: "inert",
      ipFamilies: "inert",
      ipFamilyPolicy: "inert",
      loadBalancerIP: "inert",
      loadBalancerClass: "text",
      loadBalancerSourceRanges: "unmodelled",
      externalIPs: "unmodelled",
      externalName: "unmodelled",
      healthCheckNodePort: "inert",
      publishNotReadyAddresses: "unmodelled",
      allocateLoadBalancerNodePorts: "inert"
    }
  },
  PodDisruptionBudget: {
    ...top,
    spec: {
      selector,
      minAvailable: "amount",
      maxUnavailable: "amount",
      unhealthyPodEvictionPolicy: ["IfHealthyBudget", "AlwaysAllow"]
    }
  },
  HorizontalPodAutoscaler: {
    ...top,
    spec: {
      scaleTargetRef: { apiVersion: "inert", kind: "text", name: "text" },
      minReplicas: "count",
      maxReplicas: "count",
      metrics: "use",
      targetCPUUtilizationPercentage: "count",
      behavior: "unmodelled"
    }
  },
  PersistentVolumeClaim: { ...top, spec: claimSpec },
  NetworkPolicy: {
    ...top,
    spec: {
      podSelector: selector,
      policyTypes: "texts",
      ingress: { from: policyPeer, ports: policyPort },
      egress: { to: policyPeer, ports: policyPort }
    }
  },
  Ingress: {
    ...top,
    metadata: exposedMetadata,
    spec: {
      ingressClassName: "text",
      defaultBackend: backend,
      rules: { host: "text", http: { paths: { path: "text", pathType: ["Exact", "Prefix", "ImplementationSpecific"], backend } } },
      tls: "use"
    }
  },
  PriorityClass: {
    ...top,
    value: "number",
    preemptionPolicy: ["PreemptLowerPriority", "Never"],
    globalDefault: "flag",
    description: "inert"
  },
  StorageClass: {
    ...top,
    provisioner: "text",
    parameters: "labels",
    volumeBindingMode: "inert",
    reclaimPolicy: "inert",
    allowVolumeExpansion: "inert",
    mountOptions: "inert",
    allowedTopologies: "unmodelled"
  }
}

/** Kinds that hold configuration, identity or bookkeeping: nothing in the model asks for them. */
export const inertKinds: ReadonlyArray<string> = [
  "ConfigMap",
  "Secret",
  "Namespace",
  "ServiceAccount",
  "Role",
  "RoleBinding",
  "ClusterRole",
  "ClusterRoleBinding",
  "IngressClass",
  "IngressClassParams"
]

/** Kinds that would change what a cluster does, and that the model does not know. */
export const unmodelledKinds: ReadonlyArray<string> = ["ResourceQuota", "LimitRange", "CronJob"]
