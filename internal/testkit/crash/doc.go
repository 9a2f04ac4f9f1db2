// Package crash kills our server, and takes away what it needs, while it works:
// the built binary, alone on SQLite, alone on Postgres and Redis, and as four
// processes. Nothing that was answered 202 or shown as posted may be lost, and
// nothing may happen twice but the attempts that were in flight.
//
// make check runs it short, make crash in full. It holds tests and nothing else.
package crash
