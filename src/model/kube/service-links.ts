/** Services and the workloads that they select. */
import { hasAll } from "./labels.ts"
import type { Cluster } from "./state.ts"

/** Which Services select which workloads, both ways. Labels of the template in force decide. */
export const linkServices = (cluster: Cluster): void => {
  for (const service of cluster.services.values()) service.workloads = []
  for (const workload of cluster.workloads.values()) {
    const { labels } = workload.templates.get(workload.hash) ?? workload.spec.template
    const selecting = [...cluster.services.values()].filter(
      ({ spec }) => spec.namespace === workload.spec.namespace && Object.keys(spec.selector).length > 0 && hasAll(labels, spec.selector)
    )
    workload.services = selecting.map(({ id }) => id).sort()
    for (const service of selecting) service.workloads = [...service.workloads, workload.id]
  }
}
