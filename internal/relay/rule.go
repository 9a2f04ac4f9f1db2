package relay

import (
	"context"
	"slices"
	"strings"
	"time"

	"skerry/internal/activitypub"
	"skerry/internal/markup"
	"skerry/internal/social"
	"skerry/internal/store"
	"skerry/internal/webfinger"
)

// Rules gives the rules of a relay that was not left, or those for each when it is 0.
func (k *Keeper) Rules(ctx context.Context, relay social.ID) (social.RelayRules, error) {
	if relay != 0 {
		r, err := k.DB.Relay(ctx, relay)
		if err != nil {
			return social.RelayRules{}, err
		}
		if r.State == social.RelayGone {
			return social.RelayRules{}, social.Faultf(social.NotFound, "this relay was left")
		}
	}
	book, err := k.DB.Reader.RelayRules(ctx)
	return book[relay], err
}

// SetRules sets the rules of a relay, or those for each when it is 0. They hold for
// what is named from now on.
func (k *Keeper) SetRules(ctx context.Context, relay social.ID, rules social.RelayRules) error {
	rules, wrong := CleanRules(rules)
	for _, m := range wrong {
		return m.Err
	}
	if _, err := k.Rules(ctx, relay); err != nil {
		return err
	}
	return k.DB.InTx(ctx, func(tx *store.Tx) error { return tx.SetRelayRules(ctx, relay, rules) })
}

// CutToTenth lets a relay bring a tenth of what it brings now, and gives how many an
// hour that is.
func (k *Keeper) CutToTenth(ctx context.Context, id social.ID) (perHour int, err error) {
	r, err := k.Report(ctx, id)
	if err != nil {
		return 0, err
	}
	rules, err := k.Rules(ctx, id)
	if err != nil {
		return 0, err
	}
	rules.PerHour = r.Tenth(k.DB.Now())
	return rules.PerHour, k.SetRules(ctx, id, rules)
}

// CleanRules writes rules as they are compared: hashtags and words folded, domains in
// their one form, nothing twice. It says all that cannot be a rule.
func CleanRules(r social.RelayRules) (social.RelayRules, []social.Mistake) {
	var wrong []social.Mistake
	clean := func(part string, list []string, one func(string) (string, error)) (out []string) {
		for _, text := range list {
			if text = strings.TrimSpace(text); text == "" {
				continue
			}
			is, err := one(text)
			if err != nil {
				wrong = append(wrong, social.Mistake{Part: part, Err: err})
				return list // as it was typed, to be mended
			}
			if !slices.Contains(out, is) {
				out = append(out, is)
			}
		}
		return out
	}
	mistakes := r.Mistakes() // before work is put into what is too much
	if len(mistakes) > 0 {
		return r, mistakes
	}
	r.Languages = clean("languages", r.Languages, func(s string) (string, error) { return s, nil })
	r.Tags = clean("hashtags", r.Tags, cleanTag)
	r.NoTags = clean("no_hashtags", r.NoTags, cleanTag)
	r.NoWords = clean("no_words", r.NoWords, cleanWord)
	r.Only = clean("only", r.Only, cleanEntry)
	r.Never = clean("never", r.Never, cleanEntry)
	return r, wrong
}

func cleanTag(text string) (string, error) {
	if tag := markup.FoldTag(text); tag != "" {
		return tag, nil
	}
	return "", social.Faultf(social.Unprocessable, "%.40q is no hashtag", text)
}

func cleanWord(text string) (string, error) {
	if word := markup.FoldWords(text); word != "" {
		return word, nil
	}
	return "", social.Faultf(social.Unprocessable, "%.40q has no letters, so it is no word", text)
}

// cleanEntry reads a domain, with or without *. before it, or somebody's handle.
func cleanEntry(text string) (string, error) {
	if strings.Contains(text, "@") {
		user, host, err := webfinger.ParseHandle(text)
		if err != nil {
			return "", social.Faultf(social.Unprocessable, "%.100q is no handle: write it as somebody@example.org", text)
		}
		return strings.ToLower(user) + "@" + host, nil
	}
	return social.CleanDomain(text)
}

// Preview says what rules of a relay, or of each when it is 0, would have done with what
// was really named in the last 24 hours. The other rules that hold are as they are.
func (k *Keeper) Preview(ctx context.Context, relay social.ID, rules social.RelayRules) (social.RelayPreview, error) {
	if _, err := k.Rules(ctx, relay); err != nil {
		return social.RelayPreview{}, err
	}
	book, err := k.DB.Reader.RelayRules(ctx)
	if err != nil {
		return social.RelayPreview{}, err
	}
	book[relay] = rules
	since := k.DB.Now().Add(-24 * time.Hour)
	samples, err := k.DB.Samples(ctx, relay, since)
	if err != nil {
		return social.RelayPreview{}, err
	}
	for _, s := range samples {
		if s.Facts != nil {
			s.Facts.Words = markup.FoldWords(s.Facts.Text + "\n" + strings.Join(s.Facts.Tags, "\n"))
		}
	}
	counts, err := k.DB.RelayCounts(ctx, since)
	return book.Preview(samples, activitypub.Host, standFor(samples, counts)), err
}

// standFor says for how many posts a sample of each relay stands.
func standFor(samples []social.RelaySample, counts map[social.ID]map[social.RelayCount]int) map[social.ID]float64 {
	decided, sampled := map[social.ID]float64{}, map[social.ID]float64{}
	for _, s := range samples {
		sampled[s.Relay]++
	}
	for relay, all := range counts {
		for what, n := range all {
			if what.Decided() {
				decided[relay] += float64(n)
			}
		}
		decided[relay] /= max(sampled[relay], 1)
	}
	return decided
}

// Trial begins or ends the trial of a relay: what it names is judged and counted as
// ever, and nothing of it is kept.
func (k *Keeper) Trial(ctx context.Context, id social.ID, on bool) (social.Relay, error) {
	return k.change(ctx, id, func(_ *store.Tx, r *social.Relay) error {
		if r.Left() {
			return social.Faultf(social.Conflict, "this relay was left")
		}
		r.Trial = on
		return nil
	})
}
