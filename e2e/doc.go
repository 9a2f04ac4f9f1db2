// Package e2e looks at the pages as people do: scripts drive a browser against whole
// servers. Go starts the servers and judges; nothing of this folder is in the server.
package e2e
