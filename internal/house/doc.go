// Package house holds the map of the project and the test that compares it with
// the import lines: who stands on which storey, who alone may open which door to
// the outside, who may know the settings. It also compares the map with the one
// that people read in docs/architecture.md. Nothing comes in or out; it exists
// for its test, imports nothing of ours, and must never be widened to let a
// wrong import pass.
package house
