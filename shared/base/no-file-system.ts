/** Words of Hadoop's servers that lack what it takes to look at a location. */

/** A class of a file system that is not there; a scheme that no file system is named for. */
export const NO_FILE_SYSTEM =
  /(ClassNotFoundException|NoClassDefFoundError)\b.*(\bfs[./]|amazonaws|FileSystem)|Class \S*FileSystem not found|No FileSystem for scheme/is

/** @param server as people call it: `the metastore` @param text its words */
export function fileSystemHint(server: string, text: string): string {
  const [, scheme] = /No FileSystem for scheme[ :="]+(\w+)/i.exec(text) ?? []
  if (scheme === 's3' || scheme === 's3n')
    return `Hadoop knows S3 as s3a:// alone: set catalogLocations of the lake to its s3a:// location, and give ${server} the jars for it (hadoop-aws and the AWS SDK's bundle, of its Hadoop version)`
  const isS3 = scheme === 's3a' || /s3a|amazonaws/i.test(text)
  const jars = isS3
    ? "hadoop-aws and the AWS SDK's bundle, which are in share/hadoop/tools/lib of its Hadoop version"
    : 'the jars of that file system, of its Hadoop version'
  return `${server} itself looks at the location, and has no classes for it: put ${jars}, on its classpath (HADOOP_CLASSPATH or Hive's lib folder), and start it anew`
}
