package store

import "context"

// MoveHouse rewrites our own addresses after DOMAIN or ACCOUNT_DOMAIN changed.
// It is only for a server that nobody has met: others never forget an address.
func (tx *Tx) MoveHouse(ctx context.Context, oldOrigin, newOrigin, newDomain, newAccount, newServer string) error {
	tx.forgetAll()
	for table, columns := range map[string][]string{
		"actors":     {"iri", "url", "inbox", "shared_inbox", "outbox", "followers", "following", "featured", "featured_tags", "summary", "fields"},
		"own_keys":   {"iri"},
		"posts":      {"iri", "url", "content", "in_reply_to", "context", "addressed_to", "addressed_cc", "mentions"},
		"activities": {"iri", "object", "document"},
		"tombstones": {"iri", "actor_iri"},
		"boosts":     {"iri"},
		"likes":      {"iri"},
	} {
		for _, column := range columns {
			if _, err := tx.exec(ctx, "move house", `UPDATE `+table+` SET `+column+` = REPLACE(`+column+`, $1, $2)`, oldOrigin+"/", newOrigin+"/"); err != nil {
				return err
			}
		}
	}
	if _, err := tx.exec(ctx, "move house", `
		UPDATE actors SET domain = $1, host = $2 WHERE local = $3 AND kind <> 'Application'`, newAccount, newDomain, true); err != nil {
		return err
	}
	_, err := tx.exec(ctx, "move house", `
		UPDATE actors SET domain = $1, host = $1, name = $1, username = $2, username_fold = $2
		WHERE local = $3 AND kind = 'Application'`, newDomain, newServer, true)
	return err
}
