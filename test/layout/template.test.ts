import { expect, it } from 'vitest'
import { compileLayout } from '../../shared/layout/compile.ts'

it.each([
  ['', 'an empty part: leave out leading, trailing and double slashes'],
  ['/{topic}/{yyyy}', 'an empty part: leave out leading, trailing and double slashes'],
  ['{topic}//{yyyy}', 'an empty part: leave out leading, trailing and double slashes'],
  ['../{topic}/{yyyy}', '".." is not a folder name'],
  ['_raw/{topic}/{yyyy}', '"_raw" starts with _: query engines and goldsync skip such folders'],
  ['{yyyy}/{MM}', '{topic} is missing: one folder must name the topic'],
  ['{topic}', 'no variable follows {topic}: at least one must name the partition, such as {topic}/{yyyy}'],
  ['{topic}/{YYYY}/{MM}', 'unknown variable {YYYY}: the year is written {yyyy}'],
  ['{topic}/{year}/{month}', 'unknown variable {year}: the year is written {yyyy}'],
  ['{topic}/{Month}', 'unknown variable {Month}: the month is written {MM}'],
  ['{topic}/{yyyy}/{MM}/{DD}', 'unknown variable {DD}: the day is written {dd}'],
  ['{Topic}/{yyyy}', 'unknown variable {Topic}: the topic is written {topic}'],
  ['{topic}/{yyyy}/{mm}/{dd}', '{dd} is the day and needs {MM}, which is missing'],
  ['{topic}/{yyyy}/{mm}', '{mm} is the minute (the month is {MM}) and needs {HH}, which is missing'],
  ['{topic}/{yyyy}/{MM}/{HH}', '{HH} is the hour and needs {dd}, which is missing'],
  ['{topic}/{yyyy}/{yyyy}', '{yyyy} stands twice: each may stand once'],
  ['{topic}/{yyyy}/{MM}/{M}', '{MM} and {M} are the same: each may stand once'],
  ['{topic}/{a}/{A}', '{a} stands twice: each may stand once'],
  [
    '{region}/{topic}/{yyyy}',
    '{region} stands before or beside {topic}: a table has one root folder, so it must come in a folder below {topic}',
  ],
  [
    '{topic}-{yyyy}',
    '{yyyy} stands before or beside {topic}: a table has one root folder, so it must come in a folder below {topic}',
  ],
  [
    '{topic}/{a}{b}',
    '{a} and {b} stand in one part, "{a}{b}": put / between them, since the text of either may hold what separates them',
  ],
  ['{topic}/{yyyy}{M}', '{M} touches {yyyy} in "{yyyy}{M}": put a separator between them, or use {MM}'],
  [
    '{topic}/v1{region}2{M}/{yyyy}',
    '{M} touches 2 in "v1{region}2{M}": put a separator between them, or use {MM}',
  ],
  [
    '{topic}/{yyyy',
    '"{yyyy" is not a variable: expected {topic}, {yyyy}, {MM}, {dd}, {HH}, {mm} or {name} with letters, digits and _',
  ],
  [
    '{topic}/{}',
    '"{}" is not a variable: expected {topic}, {yyyy}, {MM}, {dd}, {HH}, {mm} or {name} with letters, digits and _',
  ],
  ['{topic}/y={yyyy}/Y={MM}', 'two partition keys are named y: give them names by partitionKeys'],
  ['{topic}/größe={size}', '"größe" cannot name a partition key: expected letters, digits, _ and -'],
])('the template "%s" is refused: %s', (template, message) => {
  expect(() => compileLayout({ template })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message }),
  )
})

it.each([
  [
    { dt: { type: 'date', value: '{yyyy}{MM}{dd}' }, hr: { type: 'int', value: '{HH}' } },
    'partition key dt: "{yyyy}{MM}{dd}" gives values like 20200229, which are not of type date',
  ],
  [
    { dt: { type: 'date', value: '{yyyy}-{MM}-{dd}' } },
    '{HH} is in no partition key: folders that differ only there would be the same partition',
  ],
  [
    { dt: { type: 'string', value: '{region}' } },
    'partition key dt: {region} is not in the layout below {topic}, which has {yyyy}, {MM}, {dd}, {HH}',
  ],
  [
    { dt: { type: 'string', value: '{topic}' } },
    'partition key dt: {topic} is not in the layout below {topic}, which has {yyyy}, {MM}, {dd}, {HH}',
  ],
  [
    { v: { type: 'string', value: 'one' } },
    'partition key v: "one" has no variable, so it would be the same everywhere',
  ],
  [
    { h: { type: 'tinyint', value: '{yyyy}' } },
    'partition key h: "{yyyy}" gives values like 2020, which are not of type tinyint',
  ],
] as const)('the partition keys %j are refused: %s', (partitionKeys, message) => {
  expect(() => compileLayout({ template: '{topic}/{yyyy}/{MM}/{dd}/{HH}', partitionKeys })).toThrow(
    expect.objectContaining({ code: 'CONFIG_INVALID', message }),
  )
})

it('an unknown time zone is refused', () => {
  expect(() => compileLayout({ template: '{topic}/{yyyy}', timeZone: 'Europe/Berlim' })).toThrow(
    'unknown time zone "Europe/Berlim": expected UTC or an IANA name such as Europe/Berlin',
  )
})
