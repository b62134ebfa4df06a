/** The compiler of a cluster without a cloud: one segment that holds every address, and an API server in it. */

import type { Component, Part, Port } from "../../net/fabric.ts"
import type { Attachment, Cloud } from "../compile.ts"
import { launchWords } from "./launch-words.ts"
import type { FlatTopology } from "./topology.ts"

const segmentId = "flat"
const networkId = "network"
const internetId = "internet"
const everything = "0.0.0.0/0"
const plain = { condition: "up", epoch: 0, strictSource: false } as const

const component = (id: string, kind: Component["kind"], rest: Partial<Component> = {}): Component => ({
  _tag: "Component",
  id,
  kind,
  origin: { resource: id },
  ...plain,
  addresses: [],
  listening: [],
  forwards: false,
  ...rest
})

const port = (owner: string, address: string, zone: string | undefined): Port => ({
  _tag: "Port",
  id: `${owner}/port`,
  component: owner,
  segment: segmentId,
  addresses: [address],
  sets: [],
  inward: [],
  outward: [],
  ...(zone === undefined ? {} : { zone })
})

export const compileFlat = (topology: FlatTopology): Cloud => {
  const zoneOf = new Map(topology.subnets.map(({ id, zone }) => [id, zone]))
  const attach = (attachment: Attachment): ReadonlyArray<Part> => {
    const zone = zoneOf.get(attachment.place)
    return [
      component(attachment.id, attachment.kind, {
        origin: attachment.origin,
        addresses: [attachment.address],
        listening: attachment.listening,
        ...(zone === undefined ? {} : { zone }),
        ...(attachment.home === undefined ? {} : { home: attachment.home }),
        ...(attachment.listeners === undefined ? {} : { listeners: attachment.listeners })
      }),
      {
        ...port(attachment.id, attachment.address, zone),
        sets: attachment.sets ?? [],
        ...(attachment.guardsIn === undefined ? {} : { guardsIn: attachment.guardsIn }),
        ...(attachment.guardsOut === undefined ? {} : { guardsOut: attachment.guardsOut })
      }
    ]
  }
  return {
    name: "flat",
    zones: topology.zones,
    internet: internetId,
    parts: [
      component(internetId, "internet", { addresses: "any", listening: "any", forwards: true }),
      component(networkId, "network", { forwards: true }),
      {
        _tag: "Segment",
        id: segmentId,
        origin: { resource: segmentId },
        network: networkId,
        prefixes: [everything],
        table: "none",
        edgeInward: [],
        edgeOutward: []
      },
      component("api", "service", { addresses: [topology.apiAddress], listening: "any" }),
      port("api", topology.apiAddress, undefined)
    ],
    subnets: new Map(topology.subnets.map(({ id, zone, cidr }) => [id, { id, zone, cidr, reserved: [] }])),
    launchWords,
    instanceTypes: new Map(
      topology.shapes.map(({ name, milliCpu, memoryMiB, pods }) => [
        name,
        {
          type: name,
          interfacesMax: 0,
          slotsPerInterface: pods,
          ownBlock: true,
          allocatableMilliCpu: milliCpu,
          allocatableMiB: memoryMiB
        }
      ])
    ),
    attach,
    refit: (port) => port
  }
}
