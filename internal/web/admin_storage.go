package web

import (
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"skerry/internal/reply"
	"skerry/internal/retention"
	"skerry/internal/social"
)

type storagePage struct {
	adminPage
	Report retention.Report
	Kinds  []kindRow
	Chart  chart
	Form   retentionForm
	Wrong  string
	Saved  bool
	Asked  []string // what is being removed
}

// kindRow is what a kind takes.
type kindRow struct {
	Say   string
	Bytes int64
}

// retentionForm is budget and ages as they are typed.
type retentionForm struct {
	Budget, WrongBudget string
	Units               []choice
	Ages                []ageRow
}

type ageRow struct {
	social.Age
	Days, Wrong string
}

// budgetUnits are what a budget is given in.
var budgetUnits = []struct {
	name  string
	bytes float64
}{{"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12}}

// newRetentionForm shows rules as they are.
func newRetentionForm(rules social.Retention) (f retentionForm) {
	unit := budgetUnits[0]
	for _, u := range budgetUnits {
		if float64(rules.Budget) >= u.bytes {
			unit = u
		}
	}
	f.Budget = strconv.FormatFloat(float64(rules.Budget)/unit.bytes, 'f', -1, 64)
	f.addUnits(unit.name)
	for _, a := range social.Ages {
		row := ageRow{Age: a}
		if age := *a.Of(&rules); age > 0 {
			row.Days = strconv.FormatInt(int64(age/social.Day), 10)
		}
		f.Ages = append(f.Ages, row)
	}
	return f
}

func (f *retentionForm) addUnits(chosen string) {
	for _, u := range budgetUnits {
		f.Units = append(f.Units, choice{Value: u.name, Say: u.name, Chosen: u.name == chosen})
	}
}

// readRetention reads what was typed. What cannot be read is zero, or beyond what can be.
func readRetention(form url.Values) (rules social.Retention, f retentionForm) {
	f.Budget = strings.TrimSpace(form.Get("budget"))
	f.addUnits(form.Get("unit"))
	for _, u := range budgetUnits {
		n, err := strconv.ParseFloat(strings.Replace(f.Budget, ",", ".", 1), 64)
		if bytes := n * u.bytes; u.name == form.Get("unit") && err == nil && bytes > 0 {
			rules.Budget = int64(min(bytes, 2*social.MaxBudget)) // more than may be said stays more
		}
	}
	for _, a := range social.Ages {
		row := ageRow{Age: a, Days: strings.TrimSpace(form.Get(a.Name))}
		if row.Days != "" {
			*a.Of(&rules) = daysTyped(row.Days)
		}
		f.Ages = append(f.Ages, row)
	}
	return rules, f
}

// daysTyped reads a number of days; what is none becomes one that nobody may choose.
func daysTyped(text string) time.Duration {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 10_000 {
		return math.MaxInt64
	}
	return time.Duration(n) * social.Day
}

// mark puts what is wrong beside its field.
func (f *retentionForm) mark(wrong map[string]string) {
	f.WrongBudget = wrong["budget"]
	for i, row := range f.Ages {
		f.Ages[i].Wrong = wrong[row.Name]
	}
}

// storagePage reads how storage stands.
func (s *Site) storagePage(r *http.Request) (page storagePage, err error) {
	page.adminPage = s.adminPage(r, "Storage")
	page.Saved = r.URL.Query().Has("saved")
	if page.Report, err = s.Sweeper.Report(r.Context()); err != nil {
		return page, err
	}
	page.Form = newRetentionForm(page.Report.Rules)
	if page.Asked, err = s.beingRemoved(r.Context()); err != nil {
		return page, err
	}
	var columns []column
	for _, d := range page.Report.Days {
		c := column{Name: d.Day.Format("2 January")}
		for _, kind := range social.Stuffs {
			c.Values = append(c.Values, d.Sizes[kind])
		}
		columns = append(columns, c)
	}
	var names []string
	for _, kind := range social.Stuffs {
		names = append(names, kind.Words())
		if n := len(page.Report.Days); n > 0 {
			page.Kinds = append(page.Kinds, kindRow{kind.Words(), page.Report.Days[n-1].Sizes[kind]})
		}
	}
	page.Chart = newChart("What it takes, day by day", "Day", social.Bytes, names, columns...).under("Budget", page.Report.Budget)
	return page, nil
}

// storage answers /admin/storage.
func (s *Site) storage(w http.ResponseWriter, r *http.Request) error {
	page, err := s.storagePage(r)
	if err != nil {
		return err
	}
	return s.show(w, r, "admin_storage.html", page)
}

// saveStorage answers the form of /admin/storage.
func (s *Site) saveStorage(w http.ResponseWriter, r *http.Request) error {
	if err := readForm(w, r); err != nil {
		return err
	}
	rules, form := readRetention(r.PostForm)
	wrong, err := s.Sweeper.Choose(r.Context(), rules)
	if err != nil {
		return err
	}
	if len(wrong) == 0 {
		reply.SeeOther(w, r, "/admin/storage?saved")
		return nil
	}
	page, err := s.storagePage(r)
	if err != nil {
		return err
	}
	form.mark(wrong)
	page.Form, page.Wrong = form, notTaken
	return s.showWith(w, http.StatusUnprocessableEntity, "admin_storage.html", page)
}
