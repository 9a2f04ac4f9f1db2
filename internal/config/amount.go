package config

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

const day = 24 * time.Hour

// age reads a number of days, such as 14d.
func age(v string) (time.Duration, error) {
	number, is := strings.CutSuffix(v, "d")
	n, err := strconv.Atoi(number)
	switch {
	case !is || err != nil:
		return 0, fmt.Errorf("%q is not a number of days such as 14d", v)
	case n < 1 || n > 3650:
		return 0, fmt.Errorf("%q is not from 1d to 3650d", v)
	}
	return time.Duration(n) * day, nil
}

// units are what amounts of bytes are given in.
var units = []struct {
	name  string
	bytes float64
}{
	{"KIB", 1 << 10}, {"MIB", 1 << 20}, {"GIB", 1 << 30}, {"TIB", 1 << 40},
	{"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12}, {"B", 1},
}

// The least and the most that may be said.
const (
	leastBytes = 50e6
	mostBytes  = 1e15
)

// amount reads a number of bytes, such as 10GB or 512 MiB.
func amount(v string) (int64, error) {
	text := strings.ToUpper(strings.TrimSpace(v))
	for _, u := range units {
		number, is := strings.CutSuffix(text, u.name)
		if !is {
			continue
		}
		n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		switch bytes := n * u.bytes; {
		case err != nil:
			return 0, fmt.Errorf("%q is not an amount such as 10GB", v)
		case !(bytes >= leastBytes && bytes <= mostBytes): // no number is not within either
			return 0, fmt.Errorf("%q is not from 50MB to 1000TB", v)
		default:
			return int64(bytes), nil
		}
	}
	return 0, fmt.Errorf("%q is not an amount such as 10GB: KB, MB, GB, TB, KiB, MiB, GiB and TiB are known", v)
}
