#!/usr/bin/env python3
"""Files by writers of the JVM, the programs of java/, and beside each the values that pyarrow reads from it (expect.py).

    python test/truth/jvm.py FOLDER [PREFIX ...]      writes FOLDER/PREFIX_NAME.parquet and FOLDER/PREFIX_NAME.json

Needs what the stack's python has, Maven and a JDK 17 to 21. The jars go to the stack's Maven repository. Spark is in files.py.
"""
import glob
import os
import subprocess
import sys
import tempfile

from expect import expect

JAVA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "java")
M2 = os.environ.get("STACK_M2") or os.path.join(os.environ.get("STACK_HOME") or os.path.expanduser("~/.cache/golden-stack"), "m2")
# By the prefix of the files: a profile of pom.xml, the version of parquet-java, the program and what more it is told.
WRITERS = {
    "avro_1_15": ("avro", "1.15.2", "AvroFiles"),
    "avro_1_18": ("avro", "1.18.1", "AvroFiles", "packed"),
    "proto": ("protobuf", "1.17.0", "ProtobufFiles"),
    # The one that it depends on.
    "flink": ("flink", "1.15.2", "FlinkFiles"),
}


def classpath(profile, version):
    with tempfile.TemporaryDirectory() as folder:
        out = f"{folder}/classpath"
        subprocess.run(["mvn", "-q", "-B", f"-Dmaven.repo.local={M2}", "-f", f"{JAVA}/pom.xml", "-P", profile, f"-Dparquet.version={version}",
                        "dependency:build-classpath", "-DincludeScope=runtime", f"-Dmdep.outputFile={out}"], check=True)
        with open(out) as found:
            return found.read()


def generate(folder, prefixes):
    os.makedirs(folder, exist_ok=True)
    for prefix in prefixes:
        profile, version, program, *more = WRITERS[prefix]
        for old in glob.glob(f"{folder}/{prefix}_*"):
            os.remove(old)
        subprocess.run(["java", "-cp", classpath(profile, version), f"{JAVA}/{program}.java", folder, prefix, *more], check=True)
        for path in sorted(glob.glob(f"{folder}/{prefix}_*.parquet")):
            expect(path)


if __name__ == "__main__":
    generate(sys.argv[1], sys.argv[2:] or WRITERS)
