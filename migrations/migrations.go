// Package migrations holds the numbered .sql files that build the database, one
// text for both engines. ${ID} stands for the words of a primary key that is a
// 64-bit number of our own making; package store puts in what the engine wants.
//
// Files are forward only and never edited once released.
package migrations

import "embed"

// FS holds the files.
//
//go:embed *.sql
var FS embed.FS
