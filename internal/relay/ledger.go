package relay

import (
	"context"
	"strconv"
	"strings"
	"time"

	"skerry/internal/social"
	"skerry/internal/store"
)

// priceSetting keeps what a GB costs the owner in a month.
const priceSetting = "price of a GB"

// Ledger is what a relay brought, what it took and what it costs.
type Ledger struct {
	social.Relay
	Hours []social.RelayPeriod // the last 24, the present one last
	Days  []social.RelayPeriod // the last 30, today last
	Stock social.RelayStock
	Price float64
}

// Cost is about what its posts cost in a month.
func (l Ledger) Cost() float64 { return social.Cost(l.Stock.Bytes(), l.Price) }

// Last24 sums the hours.
func (l Ledger) Last24() social.RelayPeriod { return sum(l.Hours) }

// Last30 sums the days.
func (l Ledger) Last30() social.RelayPeriod { return sum(l.Days) }

func sum(all []social.RelayPeriod) social.RelayPeriod {
	out := social.RelayPeriod{Counts: map[social.RelayCount]int{}}
	for _, p := range all {
		for what, n := range p.Counts {
			out.Counts[what] += n
		}
	}
	return out
}

// Spans of a ledger.
const (
	ledgerHours = 24
	ledgerDays  = 30
	day         = 24 * time.Hour
)

// firstHour begins the last 24 hours, of which the present one is the last.
func firstHour(now time.Time) time.Time {
	return now.Truncate(time.Hour).Add(-(ledgerHours - 1) * time.Hour)
}

// Ledger tells of one relay, also of one that was left.
func (k *Keeper) Ledger(ctx context.Context, id social.ID) (l Ledger, err error) {
	if l.Relay, err = k.DB.Reader.Relay(ctx, id); err != nil {
		return l, err
	}
	if l.Price, err = k.Price(ctx); err != nil {
		return l, err
	}
	now := k.DB.Now().UTC()
	first := now.Truncate(day).Add(-(ledgerDays - 1) * day)
	all, err := k.DB.RelayLedger(ctx, id, first)
	if err != nil {
		return l, err
	}
	l.Hours = periods(all, firstHour(now), time.Hour, ledgerHours)
	l.Days = periods(all, first, day, ledgerDays)
	l.Stock, err = k.DB.RelayStock(ctx, id)
	return l, err
}

// periods sums counts over n spans, of which first begins the first one.
func periods(all []social.RelayPeriod, first time.Time, span time.Duration, n int) []social.RelayPeriod {
	out := make([]social.RelayPeriod, n)
	for i := range out {
		out[i] = social.RelayPeriod{At: first.Add(time.Duration(i) * span), Counts: map[social.RelayCount]int{}}
	}
	for _, p := range all {
		i := int(p.At.Sub(first) / span)
		if p.At.Before(first) || i >= n {
			continue
		}
		for what, count := range p.Counts {
			out[i].Counts[what] += count
		}
	}
	return out
}

// Ledgers tells of all relays that were not left.
func (k *Keeper) Ledgers(ctx context.Context) (out []Ledger, err error) {
	all, err := k.DB.Reader.Relays(ctx)
	if err != nil {
		return nil, err
	}
	for _, r := range all {
		if r.Left() {
			continue
		}
		l, err := k.Ledger(ctx, r.ID)
		if err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, nil
}

// Both counts what two relays named within the last 24 hours, whichever was first.
func Both(a, b Ledger) int {
	return a.Last24().Counts[social.NamedAlso(b.ID)] + b.Last24().Counts[social.NamedAlso(a.ID)]
}

// Price is what the owner pays for a GB in a month.
func (k *Keeper) Price(ctx context.Context) (float64, error) {
	text, err := k.DB.Setting(ctx, priceSetting)
	if social.Is(err, social.NotFound) {
		return social.DefaultPrice, nil
	}
	if err != nil {
		return 0, err
	}
	return strconv.ParseFloat(text, 64)
}

// mostPrice is more than anybody pays.
const mostPrice = 1000

// SetPrice sets what the owner pays for a GB in a month.
func (k *Keeper) SetPrice(ctx context.Context, text string) error {
	price, err := strconv.ParseFloat(strings.Replace(strings.TrimSpace(text), ",", ".", 1), 64)
	if err != nil || !(price >= 0 && price <= mostPrice) {
		return social.Faultf(social.Unprocessable, "%.20q is no price: write a number such as 0.015", text)
	}
	return k.DB.InTx(ctx, func(tx *store.Tx) error {
		return tx.SetSetting(ctx, priceSetting, strconv.FormatFloat(price, 'f', -1, 64))
	})
}
