/** A software bill of materials of a bundle, in CycloneDX's JSON, for tools that look for known faults in what is shipped. */
import { Contrib, Enums, Models, Serialize, Spec, Validation } from '@cyclonedx/cyclonedx-library'
import type { BundledPackage } from './bundled.ts'

const { Factories: LicenseFactories } = Contrib.License
const { Builders, Factories } = Contrib.FromNodePackageJson

/** Newer ones are not read by all scanners. */
const SPEC = Spec.Spec1dot6

/** @param date of what is described; left out where it has none, so that the same bundle has the same bill @throws what is not of the format */
export async function sbomText(
  product: object,
  packages: readonly BundledPackage[],
  date: Date | undefined,
): Promise<string> {
  const bom = new Models.Bom()
  const whole = componentOf(product, Enums.ComponentType.Application)
  bom.metadata.component = whole
  if (date) bom.metadata.timestamp = date
  for (const { manifest } of packages) {
    const part = componentOf(manifest, Enums.ComponentType.Library)
    bom.components.add(part)
    whole.dependencies.add(part.bomRef)
  }
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(SPEC))
  const text = serializer.serialize(bom, { sortLists: true, space: 2 })
  const problem = await new Validation.JsonStrictValidator(SPEC.version).validate(text)
  if (problem) throw new Error(`the SBOM is not CycloneDX ${SPEC.version}: ${JSON.stringify(problem)}`)
  return `${text}\n`
}

// Licences here are single SPDX identifiers. An expression would need a parser; it would be given as a name.
const licences = new LicenseFactories.LicenseFactory(expression => {
  throw new Error(`${expression} is no SPDX identifier`)
})
const builder = new Builders.ComponentBuilder(new Factories.ExternalReferenceFactory(), licences)

function componentOf(manifest: object, type: Enums.ComponentType): Models.Component {
  const component = builder.makeComponent(manifest, type)
  if (!component) throw new Error(`no name: ${JSON.stringify(manifest)}`)
  const { group, name, version } = component
  component.purl = `pkg:npm/${group ? `${encodeURIComponent(group)}/` : ''}${name}@${version}`
  component.bomRef.value = component.purl
  return component
}
