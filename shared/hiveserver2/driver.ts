/** Types of hive-driver's parts. */

export type Hive = typeof import('hive-driver')
export type Client = InstanceType<Hive['HiveClient']>
export type Auth = Exclude<Parameters<Client['connect']>[2], undefined>
