package web

import (
	"fmt"
	"net/http"
	"strconv"

	"skerry/internal/relay"
	"skerry/internal/reply"
	"skerry/internal/social"
)

// ledgerPage is what one relay brought, and what it costs.
type ledgerPage struct {
	adminPage
	Ledger relay.Ledger
	Charts []chart
	Sums   []ledgerLine
	priceForm
}

// ledgerLine is something that was counted.
type ledgerLine struct {
	Say        string
	Hours, Day int // in 24 hours, in 30 days
}

// priceForm asks what a GB costs.
type priceForm struct {
	Price      string
	WrongPrice string
}

// counted are the counts of a ledger in words, in the order in which they are told.
// What rules dropped follows, and is named by the rule.
var counted = []struct {
	what   social.RelayCount
	say    string
	always bool // also when there is none
}{
	{social.RelayReceived, "Named by the relay", true}, {social.RelayDuplicate, "Known already", true}, {social.RelayFetched, "Fetched from their servers", true},
	{social.RelayFailed, "Not to be had there", false}, {social.RelayStored, "Kept", true}, {social.RelayTrial, "Would have been kept (on trial)", false}, {social.RelayRenewed, "Brought up to date", false},
	{social.RelayRemoved, "Deleted there, and here", false}, {social.RelayUnbelieved, "Came while nothing was taken of it", false}, {social.RelayOverflow, "Too many waited", false},
}

// ledger answers /admin/relays/id/ledger.
func (s *Site) ledger(w http.ResponseWriter, r *http.Request) error {
	page, err := s.ledgerPage(r)
	if err != nil {
		return err
	}
	return s.show(w, r, "admin_ledger.html", page)
}

func (s *Site) ledgerPage(r *http.Request) (page ledgerPage, err error) {
	id, err := idAsked(r)
	if err != nil {
		return page, err
	}
	if page.Ledger, err = s.Relays.Ledger(r.Context(), id); err != nil {
		return page, err
	}
	page.adminPage = s.adminPage(r, "Ledger of "+page.Ledger.Name)
	page.Price = price(page.Ledger.Price)
	page.Charts = ledgerCharts(page.Ledger)
	page.Sums = ledgerLines(page.Ledger.Last24(), page.Ledger.Last30())
	return page, nil
}

// price writes a price as it was typed.
func price(p float64) string { return strconv.FormatFloat(p, 'f', -1, 64) }

// money writes what something costs.
func money(n float64) string {
	if n > 0 && n < 0.01 {
		return "less than 0.01"
	}
	return fmt.Sprintf("about %.2f", n)
}

func ledgerCharts(l relay.Ledger) []chart {
	whole := func(n int64) string { return fmt.Sprint(n) }
	series := []string{"kept", "known already", "dropped by a rule", "not to be had", "not looked at", "would have been kept"}
	parts := func(p social.RelayPeriod) []int64 {
		return []int64{
			int64(p.Counts[social.RelayStored]), int64(p.Counts[social.RelayDuplicate]), int64(p.Dropped()),
			int64(p.Counts[social.RelayFailed]), int64(p.Unlooked()), int64(p.Counts[social.RelayTrial]),
		}
	}
	var hours, days, bytes []column
	for _, p := range l.Hours {
		hours = append(hours, column{p.At.Format("15:04"), parts(p)})
	}
	for _, p := range l.Days {
		name := p.At.Format("2 January")
		days = append(days, column{name, parts(p)})
		bytes = append(bytes, column{name, []int64{int64(p.Counts[social.RelayBytes])}})
	}
	return []chart{
		newChart("What it named, by the hour (UTC)", "Hour", whole, series, hours...),
		newChart("What it named, by the day", "Day", whole, series, days...),
		newChart("Text that was kept, by the day", "Day", social.Bytes, []string{"bytes"}, bytes...),
	}
}

func ledgerLines(hours, days social.RelayPeriod) (out []ledgerLine) {
	for _, c := range counted {
		if n := days.Counts[c.what]; n > 0 || c.always {
			out = append(out, ledgerLine{c.say, hours.Counts[c.what], n})
		}
	}
	for _, what := range days.Whats() {
		if rule := what.Rule(); rule != "" {
			out = append(out, ledgerLine{"Dropped: " + rule, hours.Counts[what], days.Counts[what]})
		}
	}
	return out
}

// comparePage shows relays side by side.
type comparePage struct {
	adminPage
	Ledgers []relay.Ledger
	Shared  []sharedRow
	priceForm
}

// sharedRow is how much of a relay others named too.
type sharedRow struct {
	Name  string
	Cells []sharedCell
}

type sharedCell struct{ With, Say string }

// compare answers /admin/relays/compare.
func (s *Site) compare(w http.ResponseWriter, r *http.Request) error {
	page, err := s.comparePage(r)
	if err != nil {
		return err
	}
	return s.show(w, r, "admin_compare.html", page)
}

func (s *Site) comparePage(r *http.Request) (page comparePage, err error) {
	page.adminPage = s.adminPage(r, "Relays side by side")
	if page.Ledgers, err = s.Relays.Ledgers(r.Context()); err != nil {
		return page, err
	}
	p, err := s.Relays.Price(r.Context())
	page.Price = price(p)
	for _, a := range page.Ledgers {
		row := sharedRow{Name: a.Name}
		for _, b := range page.Ledgers {
			cell := sharedCell{b.Name, "–"}
			if a.ID != b.ID {
				cell.Say = share(relay.Both(a, b), a.Last24().Counts[social.RelayReceived])
			}
			row.Cells = append(row.Cells, cell)
		}
		page.Shared = append(page.Shared, row)
	}
	return page, err
}

// share writes a part of something, and how much of it that is.
func share(n, of int) string {
	if of == 0 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%d (%d %%)", n, min(100, 100*n/of))
}

// setPrice answers the form that asks what a GB costs.
func (s *Site) setPrice(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	err := s.Relays.SetPrice(r.Context(), r.PostForm.Get("price"))
	if say, told := wrongOf(err); told {
		page, err := s.comparePage(r)
		if err != nil {
			return err
		}
		page.priceForm = priceForm{r.PostForm.Get("price"), say}
		return s.showWith(w, http.StatusUnprocessableEntity, "admin_compare.html", page)
	}
	if err != nil {
		return err
	}
	reply.SeeOther(w, r, wayBack(r.PostForm.Get("back"), "/admin/relays/compare"))
	return nil
}
