package relay

import (
	"context"
	"slices"
	"strings"

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
