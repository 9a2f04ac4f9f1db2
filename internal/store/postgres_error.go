package store

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"strconv"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
)

// explain says in a line why a start came to no database: the setting, the host,
// the reason and the usual mend. A database that is merely away is no other case:
// without it there is nothing to start.
func (e *postgresEngine) explain(err error) error {
	c := e.pool.Config().ConnConfig
	host := net.JoinHostPort(c.Host, strconv.Itoa(int(c.Port)))
	if strings.HasPrefix(c.Host, "/") {
		host = c.Host
	}
	reason, mend := mendPostgres(err)
	var connect *pgconn.ConnectError
	switch {
	case mend == "" && errors.As(err, &connect):
		return fmt.Errorf("DATABASE_URL: %s: %w (is it the host and port of a Postgres?)", host, connect.Unwrap())
	case mend == "": // of what was done there
		return err
	}
	return fmt.Errorf("DATABASE_URL: %s: %s (%s)", host, reason, mend)
}

// mendPostgres gives the reason and the mend of an error that is known.
func mendPostgres(err error) (reason, mend string) {
	var answer *pgconn.PgError
	if errors.As(err, &answer) {
		return answer.Message, mends[answer.Code]
	}
	var name *net.DNSError
	var wait net.Error
	var cert *tls.CertificateVerificationError
	switch {
	case errors.As(err, &name) && name.IsNotFound:
		return "there is no host of this name", "correct the host; in Compose it is the name of the service"
	case errors.As(err, &name):
		return "its name cannot be looked up now: " + name.Err, "see to the DNS of this machine, or give the address"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused", "start Postgres there, or correct host and port"
	case errors.Is(err, fs.ErrNotExist):
		return "there is no socket of Postgres", "start Postgres, or correct the folder"
	case errors.As(err, &cert):
		return "its certificate is not believed: " + cert.Err.Error(), "name the authority with sslrootcert=FILE, or the host as the certificate does"
	case strings.Contains(err.Error(), "server refused TLS connection"): // pgx gives it no type
		return "the server speaks no TLS", "set ssl=on there, or sslmode=disable here where nobody listens in between"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &wait) && wait.Timeout():
		return "no answer", "correct the host, or open the way through the firewall"
	}
	return "", ""
}

// mends are the mends of what Postgres answers, by its codes.
var mends = map[string]string{
	"28000": "check the user, or create it with: createuser --pwprompt skerry; where pg_hba.conf wants TLS, add sslmode=require",
	"28P01": "check user and password; a new one is set with: ALTER ROLE skerry PASSWORD '…'",
	"3D000": "create the database with: createdb --owner=skerry skerry",
	"42501": "the user must own the database: ALTER DATABASE skerry OWNER TO skerry",
	"53300": "raise max_connections there, or lower pool_max_conns here",
	"57P03": "it starts or stops: try again when it is up",
	// Statements were prepared on another connection than they are run on.
	"26000": behindPooler,
	"42P05": behindPooler,
}

const behindPooler = "behind PgBouncer in transaction mode add default_query_exec_mode=exec"
