// Command check runs all tests against private servers: it starts a Postgres, a
// Redis and an S3 store on free ports, hands their addresses to the tests, prints
// what fails as it fails, and counts how many tests ran on each database engine. It
// ends with 1 when a test failed or was skipped, or when the engines ran different
// numbers of tests. After "--" it runs another program with the same servers. They
// never outlive it, however it ends.
package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"skerry/internal/testkit/service"
)

// grace is how long an interrupted program has to end by itself.
const grace = 30 * time.Second

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "check:", err)
		os.Exit(1)
	}
}

// run runs the command given, or go test with these arguments, with the servers up.
func run(ctx context.Context, args []string) error {
	pg, err := service.StartPostgres(ctx, service.Careless...)
	if err != nil {
		return err
	}
	defer pg.Stop()
	rd, err := service.StartRedis(ctx)
	if err != nil {
		return err
	}
	defer rd.Stop()
	st, err := service.StartS3(ctx)
	if err != nil {
		return err
	}
	defer st.Stop()
	if len(args) > 1 && args[0] == "--" {
		bucket, err := st.Settings("skerry")
		if err != nil {
			return err
		}
		c := command(ctx, args[1:]...)
		c.Env = append(append(os.Environ(), "DATABASE_URL="+pg.DSN(), "REDIS_URL="+rd.URL()), bucket...)
		c.Stdout = os.Stdout
		return c.Run()
	}
	if os.Getenv("SKERRY_SHARED") == "" {
		fmt.Println("SKERRY_SHARED is not set: documents of other software are not looked at")
	}
	began := time.Now()
	c := command(ctx, append([]string{"go", "test", "-json"}, args...)...)
	c.Env = append(os.Environ(), "SKERRY_TEST_POSTGRES="+pg.DSN(), "SKERRY_TEST_REDIS="+rd.URL(), "SKERRY_TEST_S3="+st.URL())
	total, err := goTest(c, os.Stdout)
	if err == nil {
		err = total.verdict()
	}
	if err != nil && total.failed == 0 {
		total.failed = 1 // what is no failure of a test is one of the check
	}
	fmt.Printf("tests on sqlite: %d, on postgres: %d (%.0f s)\n", total.sqlite, total.postgres, time.Since(began).Seconds())
	fmt.Printf("%d passed, %d failed\n", total.passed, total.failed)
	return err
}

// command is a program in a process group of its own. The group is interrupted
// with ctx, for go run and go test leave what they started running when they
// alone are told.
func command(ctx context.Context, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, args[0], args[1:]...)
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	c.Cancel = func() error { return syscall.Kill(-c.Process.Pid, syscall.SIGINT) }
	c.WaitDelay = grace
	c.Stderr = os.Stderr
	return c
}
