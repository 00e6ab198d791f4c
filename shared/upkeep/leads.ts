/** Which table the config gives a topic: pure. */
import { tableNameOf } from '../layout/naming.ts'
import type { Lake } from '../run/run.ts'
import type { Place } from './upkeep.ts'

/** Lakes of the place that sync the topic into the table of this name. */
export const leadingTo = ({ lakes }: Place, topic: string, name: string): readonly Lake[] =>
  lakes.filter(lake => lake.includes(topic) && tableNameOf(topic, lake.naming) === name)
