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
