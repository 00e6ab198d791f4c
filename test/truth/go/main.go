// Files by the writers of Go, for the truth table:
//
//	(cd test/truth/go && go run . FOLDER)    writes FOLDER/NAME.parquet
//	python test/truth/expect.py FOLDER       writes FOLDER/NAME.json beside each: what pyarrow reads
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

const rows = 50

// A file's name and what writes it.
type sample struct {
	name  string
	write func(out *os.File) error
}

func main() {
	folder := os.Args[1]
	if err := os.MkdirAll(folder, 0o755); err != nil {
		panic(err)
	}
	for _, each := range append(arrowGoFiles(), parquetGoFiles()...) {
		if err := save(filepath.Join(folder, each.name+".parquet"), each.write); err != nil {
			fmt.Printf("%s: %v\n", each.name, err)
		}
	}
}

// What a writer fails on leaves no file.
func save(path string, write func(out *os.File) error) (err error) {
	out, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() {
		if thrown := recover(); thrown != nil {
			err = fmt.Errorf("%v", thrown)
		}
		out.Close()
		if err != nil {
			os.Remove(path)
		}
	}()
	return write(out)
}
