/**
 * Which fields of which kinds are understood (`use`), and which are known and change nothing in the model (`inert`). A field that is
 * neither is a mistake: a typo, or something newer than this page. Source: the Kubernetes API reference, v1.31.
 */
export type Fields = "use" | "inert" | { readonly [field: string]: Fields }

const selector: Fields = { matchLabels: "use", matchExpressions: "use" }
const metadata: Fields = {
  name: "use",
  namespace: "use",
  labels: "use",
  annotations: "inert",
  generateName: "inert",
  creationTimestamp: "inert",
  finalizers: "inert",
  ownerReferences: "inert"
}
const probe: Fields = {
  httpGet: { path: "use", port: "use", scheme: "inert", host: "inert", httpHeaders: "inert" },
  tcpSocket: { port: "use", host: "inert" },
  exec: { command: "inert" },
  grpc: { port: "use", service: "inert" },
  initialDelaySeconds: "use",
  periodSeconds: "use",
  failureThreshold: "use",
  timeoutSeconds: "inert",
  successThreshold: "inert",
  terminationGracePeriodSeconds: "inert"
}
const container: Fields = {
  name: "inert",
  image: "inert",
  imagePullPolicy: "inert",
  command: "inert",
  args: "inert",
  workingDir: "inert",
  env: "inert",
  envFrom: "inert",
  ports: { containerPort: "use", protocol: "use", name: "use", hostPort: "inert", hostIP: "inert" },
  resources: { requests: "use", limits: "inert", claims: "inert" },
  readinessProbe: probe,
  livenessProbe: probe,
  startupProbe: probe,
  lifecycle: "inert",
  securityContext: "inert",
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
  topologyKey: "use",
  namespaces: "use",
  namespaceSelector: "inert",
  matchLabelKeys: "inert"
}
const podSpec: Fields = {
  containers: container,
  initContainers: "inert",
  volumes: "use",
  nodeSelector: "use",
  nodeName: "inert",
  hostNetwork: "use",
  tolerations: { key: "use", operator: "use", value: "use", effect: "use", tolerationSeconds: "use" },
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: { matchExpressions: "use", matchFields: "inert" } },
      preferredDuringSchedulingIgnoredDuringExecution: { weight: "use", preference: { matchExpressions: "use", matchFields: "inert" } }
    },
    podAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: podTerm,
      preferredDuringSchedulingIgnoredDuringExecution: { weight: "use", podAffinityTerm: podTerm }
    },
    podAntiAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: podTerm,
      preferredDuringSchedulingIgnoredDuringExecution: { weight: "use", podAffinityTerm: podTerm }
    }
  },
  topologySpreadConstraints: {
    maxSkew: "use",
    topologyKey: "use",
    whenUnsatisfiable: "use",
    labelSelector: selector,
    minDomains: "use",
    nodeAffinityPolicy: "use",
    nodeTaintsPolicy: "use",
    matchLabelKeys: "inert"
  },
  priorityClassName: "use",
  priority: "use",
  preemptionPolicy: "use",
  terminationGracePeriodSeconds: "use",
  restartPolicy: "inert",
  serviceAccountName: "inert",
  serviceAccount: "inert",
  automountServiceAccountToken: "inert",
  imagePullSecrets: "inert",
  securityContext: "inert",
  dnsPolicy: "inert",
  dnsConfig: "inert",
  enableServiceLinks: "inert",
  hostname: "inert",
  subdomain: "inert",
  hostAliases: "inert",
  hostPID: "inert",
  hostIPC: "inert",
  schedulerName: "inert",
  runtimeClassName: "inert",
  shareProcessNamespace: "inert",
  activeDeadlineSeconds: "inert",
  readinessGates: "inert",
  os: "inert"
}
const template: Fields = { metadata, spec: podSpec }
const policyPeer: Fields = { podSelector: selector, namespaceSelector: selector, ipBlock: { cidr: "use", except: "use" } }
const policyPort: Fields = { protocol: "use", port: "use", endPort: "use" }
const claimSpec: Fields = {
  accessModes: "inert",
  storageClassName: "use",
  resources: "inert",
  volumeMode: "inert",
  volumeName: "inert",
  selector: "inert",
  dataSource: "inert"
}

const top = { apiVersion: "use", kind: "use", metadata, status: "inert" } as const

/** By kind. Kinds with `inert` alone are read past: they change nothing in the model. */
export const kinds: Readonly<Record<string, Fields>> = {
  Deployment: {
    ...top,
    spec: {
      replicas: "use",
      selector,
      template,
      strategy: { type: "use", rollingUpdate: { maxSurge: "use", maxUnavailable: "use" } },
      progressDeadlineSeconds: "use",
      minReadySeconds: "inert",
      revisionHistoryLimit: "inert",
      paused: "inert"
    }
  },
  StatefulSet: {
    ...top,
    spec: {
      replicas: "use",
      selector,
      template,
      serviceName: "inert",
      podManagementPolicy: "use",
      updateStrategy: "inert",
      revisionHistoryLimit: "inert",
      minReadySeconds: "inert",
      persistentVolumeClaimRetentionPolicy: "inert",
      volumeClaimTemplates: { apiVersion: "inert", kind: "inert", metadata, spec: claimSpec, status: "inert" }
    }
  },
  DaemonSet: { ...top, spec: { selector, template, updateStrategy: "inert", revisionHistoryLimit: "inert", minReadySeconds: "inert" } },
  Job: {
    ...top,
    spec: {
      completions: "use",
      parallelism: "inert",
      template,
      selector: "inert",
      backoffLimit: "inert",
      activeDeadlineSeconds: "inert",
      ttlSecondsAfterFinished: "inert",
      completionMode: "inert",
      suspend: "inert"
    }
  },
  Pod: { ...top, spec: podSpec },
  Service: {
    ...top,
    spec: {
      type: "use",
      selector: "use",
      clusterIP: "use",
      clusterIPs: "inert",
      ports: { name: "inert", port: "use", targetPort: "use", nodePort: "use", protocol: "use", appProtocol: "inert" },
      internalTrafficPolicy: "use",
      externalTrafficPolicy: "use",
      trafficDistribution: "use",
      sessionAffinity: "inert",
      sessionAffinityConfig: "inert",
      ipFamilies: "inert",
      ipFamilyPolicy: "inert",
      loadBalancerIP: "inert",
      loadBalancerClass: "inert",
      loadBalancerSourceRanges: "inert",
      externalIPs: "inert",
      externalName: "inert",
      healthCheckNodePort: "inert",
      publishNotReadyAddresses: "inert",
      allocateLoadBalancerNodePorts: "inert"
    }
  },
  PodDisruptionBudget: { ...top, spec: { selector, minAvailable: "use", maxUnavailable: "use", unhealthyPodEvictionPolicy: "use" } },
  HorizontalPodAutoscaler: {
    ...top,
    spec: {
      scaleTargetRef: { apiVersion: "inert", kind: "use", name: "use" },
      minReplicas: "use",
      maxReplicas: "use",
      metrics: "use",
      targetCPUUtilizationPercentage: "use",
      behavior: "inert"
    }
  },
  PersistentVolumeClaim: { ...top, spec: claimSpec },
  NetworkPolicy: {
    ...top,
    spec: {
      podSelector: selector,
      policyTypes: "use",
      ingress: { from: policyPeer, ports: policyPort },
      egress: { to: policyPeer, ports: policyPort }
    }
  },
  Ingress: { ...top, spec: { ingressClassName: "inert", defaultBackend: "use", rules: "use", tls: "inert" } }
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
  "StorageClass",
  "PriorityClass",
  "ResourceQuota",
  "LimitRange",
  "IngressClass",
  "CronJob"
]
