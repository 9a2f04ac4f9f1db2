// Package house holds the map of the project and the test that compares it with
// the import lines: who stands on which storey, who alone may open which door to
// the outside. Nothing comes in or out; it exists for its test.
package house
