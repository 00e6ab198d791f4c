/** What one group of servers is measured by. A group has a module in test/stack/matrix (its servers) and one in groups/ (its features). */

/** A few tests under one name: a row of the page. */
export interface Feature {
  readonly title: string
  /** Of the file, relative to the repository, and the test's full name: `<file> <suites> <test>`. */
  readonly tests: RegExp
}

export interface Group {
  readonly title: string
  /** Each test counts for the first feature that names it; one that none names is shown as `other`. */
  readonly features: readonly Feature[]
  /** Markdown below the group's table: what a version cannot do, what its users must set. */
  readonly notes: string
}
